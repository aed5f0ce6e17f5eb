import type { Executor } from '../../platform/db/connect.ts'
import type { Tables } from '../../platform/db/tables.ts'
import type { Call } from './principal.ts'

/** The tables of what a call may make. */
export type Making = keyof Pick<
  Tables,
  | 'access_tokens'
  | 'backup_credentials'
  | 'backup_policies'
  | 'backup_plans'
  | 'backup_targets'
  | 'backups'
  | 'branches'
  | 'credentials'
  | 'databases'
  | 'deployments'
  | 'deployment_targets'
  | 'environments'
  | 'invitations'
  | 'namespaces'
  | 'oauth_applications'
  | 'plans'
  | 'projects'
  | 'organizations'
  | 'restore_points'
  | 'restores'
  | 'role_bindings'
  | 'service_identities'
  | 'templates'
  | 'users'
  | 'workspaces'
>

/**
 * The id of what an earlier try of the same call has made before its answer was lost, even if it is deleted since;
 * undefined when this call is the first, or its earlier tries made nothing. Authorizes nothing.
 */
export async function madeBefore(db: Executor, call: Call, table: Making): Promise<string | undefined> {
  if (call.resourceId === undefined) return undefined
  const row = await db.selectFrom(table).select('id').where('id', '=', call.resourceId).executeTakeFirst()
  return row?.id
}
