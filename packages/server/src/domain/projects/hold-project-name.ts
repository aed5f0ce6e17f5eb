import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { UNASSIGNED } from './unassigned-project.ts'

/**
 * Keeps a name free for the caller's transaction: no other project of the workspace has it, the one for databases in none
 * aside, and nobody else who asks for that can give it to one until the transaction ends. Throws `name-taken`.
 */
export async function holdProjectName(
  tx: Executor,
  { workspaceId, name }: { readonly workspaceId: string; readonly name: string },
): Promise<void> {
  const key = `project-name ${workspaceId} ${name}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx)
  const other = await tx
    .selectFrom('projects')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('name', '=', name)
    .where('logical_id', 'is distinct from', UNASSIGNED)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!other) return
  throw new CroftError('name-taken', `There is a project ${name} in this workspace already.`, {
    fields: [{ path: '/name', message: 'is taken in this workspace' }],
  })
}
