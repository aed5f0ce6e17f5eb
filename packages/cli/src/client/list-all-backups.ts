import type { Api } from './api.ts'
import type { Backup } from './backup-resources.ts'
import { findWorkspace } from './find-workspace.ts'
import type { Database } from './resources.ts'

/** The backups of a workspace, newest first, each with its database's name. */
export async function listAllBackups(
  api: Api,
  workspace: string | undefined,
): Promise<(Backup & { readonly databaseName: string })[]> {
  const workspaceId = await findWorkspace(api, workspace)
  const [backups, databases] = await Promise.all([
    api.list<Backup>(`/workspaces/${workspaceId}/backups`),
    api.list<Database>('/databases'),
  ])
  const names = new Map(databases.map(({ id, name }) => [id, name]))
  return backups.map((backup) => ({
    ...backup,
    databaseName: names.get(backup.databaseId) ?? backup.databaseId,
  }))
}
