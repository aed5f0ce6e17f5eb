import type { Api } from './api.ts'
import type { BackupTarget } from './backup-resources.ts'
import { findWorkspace } from './find-workspace.ts'
import { onlyOne } from './only-one.ts'
import { isUuid } from './uuid.ts'

/** The backup target that a name or id on the command line means. Throws when there is none. */
export async function findBackupTarget(
  api: Api,
  nameOrId: string,
  workspace: string | undefined,
): Promise<BackupTarget> {
  if (isUuid(nameOrId)) return api.get<BackupTarget>(`/backup-targets/${nameOrId}`)
  const workspaceId = await findWorkspace(api, workspace)
  const all = await api.list<BackupTarget>(`/workspaces/${workspaceId}/backup-targets`)
  return onlyOne(all, nameOrId, 'backup target')
}
