import { sql } from 'kysely'
import { type Db, type Executor, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Call } from '../../access/index.ts'
import { assertReports, checkStorable, requireDeploymentTarget } from '../../deployment-targets/index.ts'
import { type DeploymentEvent, MOST_EVENTS } from './deployment-event.ts'

export type StoredEvent = Pick<
  DeploymentEvent,
  'namespace' | 'type' | 'reason' | 'message' | 'count' | 'action' | 'resourceKind' | 'resourceName'
>

export interface ReportedEvent extends Omit<StoredEvent, 'namespace'> {
  readonly name: string
  /** Seconds since 1970, or milliseconds. */
  readonly timestamp: number
}

export interface EventsReport {
  readonly deploymentId: string
  readonly namespace: string
  readonly events: readonly ReportedEvent[]
}

/** More than this cannot be seconds. */
const MOST_SECONDS = 1e12
/** The last moment that can be written with a year of four digits. */
const LATEST = Date.UTC(9999, 11, 31)

function momentOf(timestamp: number): Date {
  const milliseconds = timestamp > MOST_SECONDS ? timestamp : timestamp * 1000
  if (milliseconds >= 0 && milliseconds <= LATEST) return new Date(milliseconds)
  const message = 'must be seconds, or milliseconds, since 1970'
  throw new CroftError('invalid-input', `The timestamp of an event ${message}.`, {
    fields: [{ path: '/events', message: `timestamp ${message}` }],
  })
}

interface Row {
  readonly deployment_id: string
  readonly name: string
  readonly at: Date
  readonly event: StoredEvent
}

/** One row of each name, its newest: a statement cannot write a row twice. */
function rowsOf(reports: readonly EventsReport[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { deploymentId, namespace, events } of reports) {
    const deployment_id = deploymentId.toLowerCase()
    for (const { name, timestamp, ...event } of events) {
      const key = `${deployment_id} ${name}`
      const at = momentOf(timestamp)
      const known = rows.get(key)
      if (!known || known.at <= at) rows.set(key, { deployment_id, name, at, event: { ...event, namespace } })
    }
  }
  return [...rows.values()]
}

/**
 * Keeps what an agent saw of its target's deployments. One that is known by its name gets the newer count and time; an
 * older report changes nothing. What concerns deployments that are not on the target, or not any more, is left out:
 * an agent that is late must not be held up by it for ever. Throws `deployment-target-not-found`, `forbidden`,
 * `invalid-input`, `not-applicable` for a host.
 */
export async function uploadEvents(
  db: Db,
  call: Call,
  id: string,
  reports: readonly EventsReport[],
): Promise<void> {
  checkStorable('/events', reports)
  const told = rowsOf(reports)
  await transact(db, async (tx) => {
    const target = await requireDeploymentTarget(tx, call, id, 'update', { hold: 'stay' })
    assertReports(target)
    const known = await knownOf(tx, target.id, told)
    // In one order, so that two uploads never wait for each other.
    const rows = told
      .filter(({ deployment_id }) => known.has(deployment_id))
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    if (rows.length === 0) return
    await sql`
      insert into deployment_events (deployment_id, name, deployment_target_id, event, at)
      select (row->>'deployment_id')::uuid, row->>'name', ${target.id}, row->'event', (row->>'at')::timestamptz
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as each (row, place)
      order by place
      on conflict (deployment_id, name) do update
      set event = excluded.event, at = excluded.at, deployment_target_id = excluded.deployment_target_id
      where deployment_events.at <= excluded.at`.execute(tx)
    await forgetOldest(tx, [...known])
  })
}

const keyOf = ({ deployment_id, name }: Row): string => `${deployment_id} ${name}`

async function knownOf(tx: Executor, targetId: string, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(rows.map(({ deployment_id }) => deployment_id))]
  if (ids.length === 0) return new Set()
  const known = await tx
    .selectFrom('deployments')
    .select('id')
    .where('id', 'in', ids)
    .where('deployment_target_id', '=', targetId)
    .where('deleted_at', 'is', null)
    .execute()
  return new Set(known.map((each) => each.id))
}

async function forgetOldest(tx: Executor, ids: readonly string[]): Promise<void> {
  await sql`
    delete from deployment_events using (
      select deployment_id, name, row_number() over (partition by deployment_id order by at desc, name) as place
      from deployment_events where deployment_id = any(${ids}::uuid[])
    ) as placed
    where placed.place > ${MOST_EVENTS} and placed.deployment_id = deployment_events.deployment_id
      and placed.name = deployment_events.name`.execute(tx)
}
