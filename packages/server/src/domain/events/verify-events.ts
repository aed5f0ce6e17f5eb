import { type SqlBool, sql } from 'kysely'
import type { Db, Executor, Tx } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { digestOf, linkHash, SEALED_COLUMNS, type SealedColumns } from './event-digest.ts'
import { countDeleted, deletedAsTold } from './expired.ts'
import { type ChainEnd, chainEnd, chainStart } from './seal-events.ts'

/** Links or events looked at in one step. */
const STEP = 20_000
const BATCH = 1_000

export interface Fault {
  /**
   * `changed`: an event is not what was sealed. `missing`: it is gone, and not by retention. `reordered`: a link does
   * not follow from the one before. `inserted`: an event came past the trail. `deleted`: more or fewer are gone than
   * retention tells of. `rewritten`: the chain is not the one whose hash was kept elsewhere.
   */
  readonly kind: 'changed' | 'missing' | 'reordered' | 'inserted' | 'deleted' | 'rewritten'
  readonly message: string
  readonly sequence: number | null
  readonly eventId: string | null
}

/** What one step found, and where the next goes on. */
export interface VerifyStep {
  /** Looked at in this step. */
  readonly checked: number
  /** The newest link, as `<sequence>:<hash>`: kept elsewhere, it shows whether the whole chain was made anew. */
  readonly head: string
  /** Links in the chain at the moment. */
  readonly links: number
  readonly fault: Fault | null
  /** Null at the end. */
  readonly next: string | null
}

const printEnd = ({ sequence, hash }: ChainEnd): string => `${sequence}:${hash.toString('hex')}`

function readEnd(text: string, path: string): ChainEnd {
  const [, sequence = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (hash !== '') return { sequence: Number(sequence), hash: Buffer.from(hash, 'hex') }
  const message = 'must be <sequence>:<hash> as an earlier verification told it'
  throw new CroftError('invalid-input', `The chain’s place ${message}.`, { fields: [{ path, message }] })
}

type Row = SealedColumns & {
  sequence: number
  event_id: string
  digest: Buffer
  hash: Buffer
  deleted: boolean
  found: boolean
}

function faultOf(row: Row, previous: ChainEnd): Fault | null {
  const at = { sequence: row.sequence, eventId: row.event_id }
  if (row.sequence !== previous.sequence + 1)
    return {
      kind: 'missing',
      message: `Links ${previous.sequence + 1} to ${row.sequence - 1} are gone.`,
      ...at,
    }
  if (!linkHash(previous.hash, row.digest).equals(row.hash))
    return { kind: 'reordered', message: 'The link does not follow from the one before it.', ...at }
  if (!row.found)
    return row.deleted
      ? null
      : { kind: 'missing', message: 'The event is gone, and not by retention.', ...at }
  if (!digestOf(row).equals(row.digest))
    return { kind: 'changed', message: 'The event is not what was sealed.', ...at }
  return null
}

async function readBatch(tx: Executor, after: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select link.sequence, link.event_id, link.digest, link.hash, link.deleted_at is not null as deleted,
      event.id is not null as found, ${SEALED_COLUMNS}
    from event_links as link left join events as event on event.id = link.event_id
    where link.sequence > ${after} order by link.sequence limit ${BATCH}`.execute(tx)
  return rows
}

interface Walked {
  readonly checked: number
  readonly fault: Fault | null
  readonly next: string | null
}

function expectedFault(expected: ChainEnd | null, found: ChainEnd): Fault | null {
  if (expected === null || expected.sequence !== found.sequence || expected.hash.equals(found.hash))
    return null
  const message = 'The chain has another hash here than the one that was kept: it was made anew.'
  return { kind: 'rewritten', message, sequence: found.sequence, eventId: null }
}

async function walkLinks(tx: Executor, from: ChainEnd, expected: ChainEnd | null): Promise<Walked> {
  // What retention took away since the last step is looked at no more.
  const start = await chainStart(tx)
  let previous = start.sequence > from.sequence ? start : from
  let fault = expectedFault(expected, previous)
  let checked = 0
  while (checked < STEP && fault === null) {
    const rows = await readBatch(tx, previous.sequence)
    for (const row of rows) {
      checked++
      fault = faultOf(row, previous) ?? expectedFault(expected, row)
      if (fault !== null) break
      previous = row
    }
    if (fault === null && rows.length < BATCH) {
      if (expected === null || expected.sequence <= previous.sequence)
        return { checked, fault, next: 'events' }
      const message = `The chain ends at ${previous.sequence}, but it had ${expected.sequence} links before.`
      fault = { kind: 'missing', message, sequence: expected.sequence, eventId: null }
    }
  }
  return { checked, fault, next: fault === null ? `links:${printEnd(previous)}` : null }
}

/** Looks for events that have neither a link nor a place in the queue for one. */
async function walkEvents(tx: Executor, after: string | null): Promise<Walked> {
  const { rows } = await sql<{ id: string; known: boolean }>`
    select event.id, link.event_id is not null or unsealed.event_id is not null as known
    from events as event
      left join event_links as link on link.event_id = event.id
      left join events_unsealed as unsealed on unsealed.event_id = event.id
    where ${after === null ? sql<SqlBool>`true` : sql<SqlBool>`event.id > ${after}`}
    order by event.id limit ${STEP}`.execute(tx)
  const inserted = rows.find(({ known }) => !known)
  const last = rows.at(-1)
  const next = inserted ? null : rows.length === STEP && last ? `events:${last.id}` : 'end'
  const message = 'The event was put in past the trail: it has no link.'
  return {
    checked: rows.length,
    fault: inserted ? { kind: 'inserted', message, sequence: null, eventId: inserted.id } : null,
    next,
  }
}

/** What was written a moment ago must still be there, and what is gone be what retention tells of. */
async function checkRest(tx: Executor): Promise<Walked> {
  const lost = await tx
    .selectFrom('events_unsealed')
    .leftJoin('events', 'events.id', 'events_unsealed.event_id')
    .where('events.id', 'is', null)
    .select('events_unsealed.event_id as id')
    .limit(1)
    .executeTakeFirst()
  if (lost) {
    const message = 'The event is gone before it was sealed.'
    return {
      checked: 0,
      fault: { kind: 'missing', message, sequence: null, eventId: lost.id },
      next: null,
    }
  }
  const [gone, told] = [await countDeleted(tx), await deletedAsTold(tx)]
  const message = `${gone} events are deleted, but retention tells of ${told}.`
  const fault: Fault = { kind: 'deleted', message, sequence: null, eventId: null }
  return { checked: 0, fault: gone === told ? null : fault, next: null }
}

async function walk(tx: Tx, after: string | undefined, expected: ChainEnd | null): Promise<Walked> {
  if (after === undefined) return walkLinks(tx, await chainStart(tx), expected)
  if (after.startsWith('links:')) return walkLinks(tx, readEnd(after.slice(6), '/after'), expected)
  if (after === 'events') return walkEvents(tx, null)
  if (after.startsWith('events:') && isUuid(after.slice(7))) return walkEvents(tx, after.slice(7))
  if (after === 'end') return checkRest(tx)
  const message = 'must be the `next` of the step before'
  throw new CroftError('invalid-input', `\`after\` ${message}.`, { fields: [{ path: '/after', message }] })
}

/**
 * One step of walking the whole chain, from its beginning or from where the step before ended; each sees one moment
 * of the database and is over in about a second. For platform administrators. Throws `forbidden`, `invalid-input`.
 */
export async function verifyEvents(
  db: Db,
  call: Call,
  query: { readonly after?: string | undefined; readonly expect?: string | undefined },
): Promise<VerifyStep> {
  authorize(call.principal, 'read', 'platform', {})
  const expected = query.expect === undefined ? null : readEnd(query.expect, '/expect')
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const head = await chainEnd(tx)
      const { sequence: start } = await chainStart(tx)
      const walked = await walk(tx, query.after, expected)
      return { ...walked, head: printEnd(head), links: head.sequence - start }
    })
}
