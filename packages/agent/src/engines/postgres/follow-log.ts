import { formatLsn, type Lsn, parseLsn } from '../../archive/lsn.ts'
import { AgentFault } from '../../fault.ts'
import type { LogChange, LogStream } from '../engine.ts'
import { createChangeQueue } from './change-queue.ts'
import { faultOfServer, sqlStateOf } from './replication-error.ts'
import { openReplicationSession, type ReplicationSession } from './replication-session.ts'

const slot = 'croft_archive'
/**
 * A commit is sent the moment it is durable. Read one by one, a thousand small commits a second cost the agent a
 * fifth of a core; read ten times a second, next to nothing.
 */
const paceMs = 100
const slabBytes = 64 * 1024
/** PostgreSQL counts microseconds from 2000-01-01 on. */
const epochMs = 946_684_800_000n

/**
 * Streams a server's log from a position on, or from the oldest change that its slot holds. The slot is made when it
 * is missing and anew when it was invalidated. Throws `AgentFault`: `archive-broken` when the changes are gone.
 */
export async function followLog(socketPath: string, user: string, from: Lsn | null): Promise<LogStream> {
  try {
    return await followSlot(socketPath, user, from)
  } catch (error) {
    if (from !== null || !(error instanceof AgentFault && error.code === 'archive-broken')) throw error
    // What a new slot reserves may be removed by a checkpoint that runs already, and the slot still points there.
    await forgetLog(socketPath, user)
    return followSlot(socketPath, user, null)
  }
}

async function followSlot(socketPath: string, user: string, from: Lsn | null): Promise<LogStream> {
  const session = await openReplicationSession(socketPath, user, {
    applicationName: 'croft archive',
    // Nobody is away on a unix socket without the kernel saying so; and reading stops for as long as a target does.
    settings: { wal_sender_timeout: '0' },
    slabBytes,
    silenceMs: 0,
    faultOf,
  })
  try {
    const [system] = await session.run('IDENTIFY_SYSTEM')
    const timeline = Number(system?.[1])
    const end = parseLsn(system?.[2] ?? '')
    const held = await ensureSlot(session, from !== null)
    // A data directory that was put back to an earlier state by hand.
    if (from !== null && from > end) throw broken('the server’s log ends before what is archived')
    return await stream(session, { from: from ?? held, end, timeline })
  } catch (error) {
    session.close()
    throw error
  }
}

/** Removes the slot, so that it holds nothing back. */
export async function forgetLog(socketPath: string, user: string): Promise<void> {
  const session = await openReplicationSession(socketPath, user, { applicationName: 'croft archive' })
  try {
    if (await findSlot(session)) await session.run(`DROP_REPLICATION_SLOT ${slot} WAIT`)
  } finally {
    session.close()
  }
}

async function findSlot(session: ReplicationSession): Promise<{ restart: Lsn | null } | undefined> {
  const [row] = await session.run(`READ_REPLICATION_SLOT ${slot}`)
  if (!row?.[0]) return undefined
  return { restart: row[1] ? parseLsn(row[1]) : null }
}

/** Gives the position that the slot holds changes from. A slot without one was invalidated by its reserve. */
async function ensureSlot(session: ReplicationSession, goesOn: boolean): Promise<Lsn> {
  const found = await findSlot(session)
  if (found?.restart) return found.restart
  if (found) {
    await session.run(`DROP_REPLICATION_SLOT ${slot} WAIT`)
    if (goesOn) throw broken('the reserve for changes that wait was used up')
  }
  await session.run(`CREATE_REPLICATION_SLOT ${slot} PHYSICAL RESERVE_WAL`)
  const made = await findSlot(session)
  if (!made?.restart) throw new Error('a new slot holds no position')
  return made.restart
}

async function stream(
  session: ReplicationSession,
  { from, end, timeline }: { from: Lsn; end: Lsn; timeline: number },
): Promise<LogStream> {
  const { connection } = session
  const begun = Promise.withResolvers<void>()
  const queue = createChangeQueue(connection.flow)
  // Nothing is, until the caller says so: it may have more in memory than it has stored.
  let confirmed = 0n
  const confirm = () => connection.copyData(statusUpdate(confirmed))
  session.copyBoth(`START_REPLICATION SLOT ${slot} PHYSICAL ${formatLsn(from)} TIMELINE ${timeline}`, {
    message(kind, body) {
      if (kind === 'w') {
        begun.resolve()
        queue.push(changeOf(body))
      }
      // The last byte asks for an answer: a server that stops waits for it.
      else if (kind === 'k' && body[16] === 1) confirm()
    },
    ended() {
      begun.resolve()
      queue.end()
      session.close()
    },
    failed(fault) {
      begun.reject(fault)
      queue.fail(fault)
    },
  })
  // Whether what is to be sent is there shows with the first of it; when all was sent, nothing comes.
  if (from < end) await begun.promise
  else begun.promise.catch(() => {})
  connection.pace(paceMs)
  return {
    start: from,
    changes: queue.changes,
    confirm(lsn) {
      if (lsn <= confirmed) return
      confirmed = lsn
      confirm()
    },
    close() {
      session.close()
      queue.end()
    },
  }
}

/** XLogData: start, end of what is durable, the clock, and the bytes. */
function changeOf(body: Buffer): LogChange {
  return {
    start: body.readBigUInt64BE(0),
    serverEnd: body.readBigUInt64BE(8),
    sentAt: Number(body.readBigInt64BE(16) / 1000n + epochMs),
    data: body.subarray(24),
  }
}

/** Standby status update: written, flushed and applied up to here. */
function statusUpdate(lsn: Lsn): Buffer {
  const body = Buffer.alloc(34)
  body.write('r', 'latin1')
  for (const at of [1, 9, 17]) body.writeBigUInt64BE(lsn, at)
  body.writeBigInt64BE((BigInt(Date.now()) - epochMs) * 1000n, 25)
  return body
}

/** Why the server refused or broke off the stream. */
function faultOf(errorResponse: Buffer): AgentFault {
  const fault = faultOfServer(errorResponse)
  const state = sqlStateOf(errorResponse)
  // undefined_file: a segment that is needed was removed; object_not_in_prerequisite_state: the slot is invalid.
  if (state === '58P01' || state === '55000') return broken('the server has removed changes', fault.cause)
  const message = 'The database server broke off the stream of its changes.'
  return new AgentFault('source-unavailable', message, { cause: fault.cause })
}

function broken(why: string, cause?: unknown): AgentFault {
  return new AgentFault('archive-broken', `Changes are missing in the archive: ${why}.`, { cause })
}
