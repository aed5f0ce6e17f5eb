import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredSchedule } from '../../platform/db/deployment-tables.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Action, authorizeFound, type Call, type Columns, type Subjects } from '../access/index.ts'

export type BackupSchedule = StoredSchedule

/** When backups of the deployments that follow it are made, and how many of each schedule are kept. */
export interface BackupPolicy {
  readonly id: string
  readonly workspaceId: string
  readonly organizationId: string
  readonly name: string
  /** At least one. */
  readonly schedules: readonly BackupSchedule[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Backup policies that are there; callers add conditions and an order. */
export function selectPolicies(db: Executor) {
  return db
    .selectFrom('backup_policies')
    .innerJoin('workspaces', 'workspaces.id', 'backup_policies.workspace_id')
    .where('backup_policies.deleted_at', 'is', null)
    .selectAll('backup_policies')
    .select('workspaces.organization_id')
}
type Row = Awaited<ReturnType<ReturnType<typeof selectPolicies>['execute']>>[number]

export const toPolicy = (row: Row): BackupPolicy => ({
  id: row.id,
  workspaceId: row.workspace_id,
  organizationId: row.organization_id,
  name: row.name,
  schedules: row.schedules.list,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Policies are of where backups go: who may read or change backup targets may do so with them. */
export const policyFields = ({ id, workspaceId, name }: BackupPolicy): Subjects['backup-targets'] => ({
  id,
  workspaceId,
  name,
})

export const POLICY_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('backup_policies.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('backup_policies.workspace_id') },
  name: { type: 'text', sql: sql.ref('backup_policies.name') },
}

const NOT_FOUND = {
  code: 'backup-policy-not-found',
  message: 'There is no backup policy with this id, or it is not accessible.',
} as const

/** The policy, if the caller may do this to it. `hold` keeps others from changing it. Throws `backup-policy-not-found`, `forbidden`. */
export async function getPolicy(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  hold = false,
): Promise<BackupPolicy> {
  let query = selectPolicies(db).where('backup_policies.id', '=', id)
  if (hold) query = query.forUpdate('backup_policies')
  const row = await query.executeTakeFirst()
  return authorizeFound(
    call.principal,
    action,
    'backup-targets',
    row && toPolicy(row),
    policyFields,
    NOT_FOUND,
  )
}

/**
 * A policy that something of a workspace is to follow; it is not deleted until that is written down. Authorizes
 * nothing. Throws `not-applicable`.
 */
export async function requirePolicy(
  executor: Executor,
  workspaceId: string,
  id: string,
): Promise<BackupPolicy> {
  const row = await selectPolicies(executor)
    .where('backup_policies.id', '=', id)
    .where('backup_policies.workspace_id', '=', workspaceId)
    .forShare('backup_policies')
    .executeTakeFirst()
  if (row) return toPolicy(row)
  throw new CroftError('not-applicable', 'The tenant has no backup policy with this id.', {
    fields: [{ path: '/backup_policy_id', message: 'must be the id of a backup policy of the tenant' }],
  })
}

/** Turns the breach of the one index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  if ((error as { readonly constraint?: unknown }).constraint !== 'backup_policies_name') throw error
  throw new CroftError('name-taken', 'The tenant has a backup policy of this name.', { cause: error })
}
