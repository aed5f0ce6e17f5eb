import type { DesiredInstance } from '@croft/protocol'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../../platform/db/connect.ts'

/**
 * What the control plane wants of a target's instances: of all, or of some. What its agent has confirmed as
 * removed is left out, so the list does not grow for ever; unless the agent has it again, since its disk was put
 * back to an earlier state.
 */
export async function desiredInstances(
  db: Db,
  targetId: string,
  ids: readonly string[] | 'all',
): Promise<DesiredInstance[]> {
  let query = db
    .selectFrom('instances')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .innerJoin('sizes', 'sizes.id', 'databases.size')
    .where('instances.target_id', '=', targetId)
    .where((eb) =>
      eb.or([
        eb('databases.state', '!=', 'deleted'),
        eb(eb.ref('instances.observed', '->>').key('status'), '!=', 'absent'),
      ]),
    )
    .select([
      'instances.id',
      'instances.revision',
      'instances.presence',
      'instances.epoch',
      'instances.settled_epoch',
      'instances.origin',
      'databases.engine',
      'databases.version',
      'databases.size',
      'databases.connection_limit',
      'databases.idle_timeout_seconds',
      'sizes.memory_mb',
      'sizes.settings',
    ])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('credentials')
          .whereRef('credentials.database_id', '=', 'databases.id')
          .where('credentials.deleted_at', 'is', null)
          .orderBy('credentials.id')
          .select(['role_name as name', 'verifier']),
      ).as('roles'),
    )
  if (ids !== 'all') query = query.where('instances.id', 'in', [...ids])
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    revision: row.revision,
    engine: row.engine,
    version: row.version,
    resources: { size: row.size, memoryMb: row.memory_mb, settings: row.settings[row.engine] ?? {} },
    presence: row.presence,
    epoch: row.epoch,
    settledEpoch: row.settled_epoch,
    origin: row.origin,
    roles: row.roles,
    connectionLimit: row.connection_limit,
    idleTimeoutSeconds: row.idle_timeout_seconds,
  }))
}
