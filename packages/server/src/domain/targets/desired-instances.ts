import type { DesiredInstance } from '@croft/protocol'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../../platform/db/connect.ts'
import type { StoredTarget } from '../../platform/db/stored-messages.ts'
import { engineOf } from '../engines/index.ts'
import { readStorage, type StorageDeps, wireOrigin } from './resolve-storage.ts'
import { connectionLimitOf, resourcesOf } from './resources-of.ts'

/** Where a database's backups and archive go by its policy. */
export const targetOf = (backupTargetId: string | null): StoredTarget =>
  backupTargetId === null ? { type: 'directory', path: null } : { type: 'stored', backupTargetId }

/**
 * What the control plane wants of a target's instances: of all, or of some. What its agent has confirmed as
 * removed is left out, so the list does not grow for ever; unless the agent has it again, since its disk was put
 * back to an earlier state.
 */
export async function desiredInstances(
  db: Db,
  deps: StorageDeps,
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
      'databases.id as database_id',
      'databases.archived',
      'databases.backup_target_id',
      'databases.backup_encryption',
      'databases.engine',
      'databases.version',
      'databases.size',
      'databases.database_name',
      'databases.own_port',
      'databases.connection_limit',
      'databases.idle_timeout_seconds',
      'databases.overrides',
      'databases.tls_required',
      'instances.namespace',
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
          .select(['role_name as name', 'verifier', 'chosen']),
      ).as('roles'),
    )
  if (ids !== 'all') query = query.where('instances.id', 'in', [...ids])
  const rows = (await query.execute()).map((row) => ({
    ...row,
    isToBeRead: row.settled_epoch < row.epoch,
    isArchived: row.archived && engineOf(row.engine).archived,
  }))
  const storage = await readStorage(db, deps, {
    targets: rows.flatMap(({ origin, isToBeRead, isArchived, backup_target_id }) => [
      ...(origin.type === 'backup' && isToBeRead ? [origin.target] : []),
      ...(isArchived ? [targetOf(backup_target_id)] : []),
    ]),
    databases: rows.flatMap(({ origin, isToBeRead, isArchived, backup_encryption, database_id }) => [
      ...(origin.type === 'backup' && isToBeRead && origin.keyOf !== undefined ? [origin.keyOf] : []),
      ...(isArchived && backup_encryption ? [database_id] : []),
    ]),
  })
  const archiveOf = (row: (typeof rows)[number]): Pick<DesiredInstance, 'archive'> => {
    const target = row.isArchived ? storage.target(targetOf(row.backup_target_id)) : undefined
    if (!target) return {}
    if (!row.backup_encryption) return { archive: { target } }
    const encryptionKey = storage.key(row.database_id)
    // Without its key it would be stored in the clear.
    return encryptionKey === undefined ? {} : { archive: { target, encryptionKey } }
  }
  return rows.map((row) => ({
    id: row.id,
    revision: row.revision,
    engine: row.engine,
    version: row.version,
    resources: resourcesOf(
      row.engine,
      { id: row.size, memoryMb: row.memory_mb, settings: row.settings },
      row.overrides,
    ),
    presence: row.presence,
    epoch: row.epoch,
    settledEpoch: row.settled_epoch,
    origin: wireOrigin(row.origin, storage, row.isToBeRead),
    roles: row.roles.map(({ chosen, ...role }) => (chosen ? { ...role, chosen } : role)),
    connectionLimit: connectionLimitOf(row.engine, row.connection_limit, row.overrides),
    idleTimeoutSeconds: row.idle_timeout_seconds,
    ...archiveOf(row),
    databaseName: row.database_name ?? engineOf(row.engine).usualDatabase,
    ...(row.own_port ? { ownPort: true } : {}),
    ...(row.namespace === null ? {} : { namespace: row.namespace }),
    ...(row.tls_required ? { tlsRequired: true } : {}),
  }))
}
