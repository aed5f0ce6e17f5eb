import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import { onlyOne } from './only-one.ts'
import type { Tenant } from './resources.ts'
import { isUuid } from './uuid.ts'

/** The workspace that a command is about: the one that is named, else the credential's own, else the only one. */
export async function findWorkspace(api: Api, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    if (isUuid(named)) return named
    return onlyOne(await api.list<Tenant>('/workspaces'), named, 'workspace').id
  }
  const { workspaceId } = await api.get<{ workspaceId: string | null }>('/me')
  if (workspaceId !== null) return workspaceId
  const all = await api.list<Tenant>('/workspaces')
  const [only] = all
  if (only && all.length === 1) return only.id
  if (!only) throw new CliFault('There is no workspace yet.')
  throw new CliFault('There are several workspaces.', {
    hint: `Say which with --workspace: ${all.map(({ name }) => name).join(', ')}`,
    exitCode: 2,
  })
}
