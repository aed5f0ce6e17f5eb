import { isDeepStrictEqual } from 'node:util'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject, resolveBranch } from '../tenancy/index.ts'
import { checkOverrides } from './check-overrides.ts'
import type { Database, DatabaseOverrides } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { rethrowTaken } from './logical-id-taken.ts'
import { touchInstance } from './touch-instance.ts'

export interface DatabaseChanges {
  readonly name?: string | undefined
  readonly branchId?: string | undefined
  readonly branchName?: string | undefined
  readonly logicalId?: string | null | undefined
  readonly idleTimeoutSeconds?: number | undefined
  readonly backupRetentionDays?: number | undefined
  /** Those it gives take the place of what was chosen before, settings as a whole; null goes back to the size's. */
  readonly overrides?: OverrideChanges | undefined
  /** Whether clients must use TLS. */
  readonly tlsRequired?: boolean | undefined
}

export type OverrideChanges = {
  readonly [Name in keyof DatabaseOverrides]?: DatabaseOverrides[Name] | null | undefined
}

/**
 * Changes what is given, leaves the rest. Other resources have its server restarted, unless they hold while it runs.
 * Throws `database-not-found`, `branch-not-found`, `logical-id-taken`, `not-applicable` for overrides that do not fit.
 */
export async function updateDatabase(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
  changes: DatabaseChanges,
): Promise<Database> {
  return transact(deps.db, (tx) => changeDatabase(tx, deps, call, id, changes))
}

/** The same in the caller's transaction. */
export async function changeDatabase(
  tx: Executor,
  deps: { signals: Signals },
  call: Call,
  id: string,
  changes: DatabaseChanges,
): Promise<Database> {
  const seen = await getDatabase(tx, call, id, 'update')
  await lockProject(tx, call, seen.project.id, null)
  const before = await getDatabase(tx, call, id, 'update')
  const moves = changes.branchId !== undefined || changes.branchName !== undefined
  const target = { workspaceId: before.workspaceId, projectId: before.project.id }
  const overrides = mergeOverrides(before.overrides, changes.overrides ?? {})
  if (changes.overrides) await checkFit(tx, before, overrides)
  const branchId = moves ? await resolveBranch(tx, call, { ...changes, ...target }) : before.branchId
  await tx
    .updateTable('databases')
    .set({
      name: changes.name ?? before.name,
      branch_id: branchId,
      logical_id: changes.logicalId === undefined ? before.logicalId : changes.logicalId,
      idle_timeout_seconds: changes.idleTimeoutSeconds ?? before.idleTimeoutSeconds,
      backup_retention_days: changes.backupRetentionDays ?? before.backupRetentionDays,
      overrides,
      tls_required: changes.tlsRequired ?? before.tlsRequired,
    })
    .where('id', '=', id)
    .execute()
    .catch(rethrowTaken)
  const after = await getDatabase(tx, call, id)
  if (!isDeepStrictEqual(forAgents(before), forAgents(after))) await touchInstance(tx, deps.signals, id)
  await recordEvent(tx, call, {
    workspaceId: before.workspaceId,
    action: 'database.updated',
    subjectType: 'database',
    subjectId: id,
    before: changeable(before),
    after: changeable(after),
  })
  return after
}

function mergeOverrides(before: DatabaseOverrides, changes: OverrideChanges): DatabaseOverrides {
  const merged = Object.entries({ ...before, ...changes }).filter(([name, value]) => {
    const isEmpty = name === 'settings' && Object.keys(value ?? {}).length === 0
    return value !== null && value !== undefined && !isEmpty
  })
  return Object.fromEntries(merged)
}

async function checkFit(tx: Executor, { engine, size }: Database, overrides: DatabaseOverrides) {
  const row = await tx.selectFrom('sizes').selectAll().where('id', '=', size).executeTakeFirstOrThrow()
  checkOverrides(engine, { id: size, memoryMb: row.memory_mb, settings: row.settings }, overrides)
}

/** What of it agents have to know. */
const forAgents = ({ idleTimeoutSeconds, overrides, tlsRequired }: Database) => ({
  idleTimeoutSeconds,
  overrides,
  tlsRequired,
})

function changeable(database: Database) {
  const { name, branchId, logicalId, backupRetentionDays } = database
  return { name, branchId, logicalId, backupRetentionDays, ...forAgents(database) }
}
