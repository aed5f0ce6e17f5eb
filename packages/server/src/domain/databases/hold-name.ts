import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'

/**
 * Keeps a name free for the caller's transaction: no other database of the workspace has it in the environment, and
 * nobody else who asks for that can give it to one until the transaction ends. Throws `name-taken`.
 */
export async function holdName(
  tx: Executor,
  wanted: {
    readonly workspaceId: string
    readonly environmentId?: string | null | undefined
    readonly name?: string | undefined
    /** The database that has the name already. */
    readonly besides?: string
  },
): Promise<void> {
  const { workspaceId, environmentId = null, name, besides } = wanted
  if (name === undefined) return
  // Projects are locked one by one, and two of them may be asked for the same name.
  const key = `database-name ${workspaceId} ${environmentId ?? ''} ${name}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx)
  let query = tx
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .select('databases.id')
    .where('projects.workspace_id', '=', workspaceId)
    .where('databases.environment_id', 'is not distinct from', environmentId)
    .where('databases.name', '=', name)
    .where('databases.deleted_at', 'is', null)
  if (besides !== undefined) query = query.where('databases.id', '!=', besides)
  const other = await query.executeTakeFirst()
  if (!other) return
  throw new CroftError('name-taken', `There is a database ${name} in this environment already.`, {
    hint: 'Choose another name. One that was deleted keeps its name while it is in quarantine.',
    fields: [{ path: '/name', message: 'is taken in this environment' }],
  })
}
