import type { Croft } from '../harness/croft.ts'
import { bySession, makePerson, makeProgram } from './people.ts'
import type { Tenant } from './tenant.ts'

/** Who comes with too little, by how much that is. */
export const CALLERS = [
  'an identity without a role',
  'a person without a role',
  'a key without rules',
  'a key that may read',
  'a reader of the workspace',
  'a person who reads the workspace',
  'a reader of the project',
  'another tenant’s owner',
  'another tenant’s token',
] as const
export type Caller = (typeof CALLERS)[number]

/** Their tokens; those who may something may it to the tenant’s things, but for the other one’s. */
export async function makeWeakCallers(
  croft: Croft,
  { ids, owner }: Tenant,
  other: Tenant,
): Promise<Readonly<Record<Caller, string>>> {
  const { url } = croft.bootstrap
  const { organization, workspace, project } = ids.croft
  const reads = { role: 'workspace-reader', scope: { type: 'workspace', id: workspace } }
  const readsProject = { role: 'project-reader', scope: { type: 'project', id: project } }
  const makeKey = async (name: string, rules: readonly object[]) =>
    (
      await bySession<{ value: string }>(url, owner.session, 'POST', '/api-keys', {
        name,
        workspaceId: workspace,
        rules,
      })
    ).value
  const tokens: Readonly<Record<Caller, string>> = {
    'an identity without a role': (await makeProgram(croft, organization, 'nobody')).token,
    'a person without a role': (await makePerson(croft, 'nobody')).key.value,
    'a key without rules': await makeKey('without rules', []),
    'a key that may read': await makeKey('reads', [{ action: 'read', subject: 'all' }]),
    'a reader of the workspace': (await makeProgram(croft, organization, 'reader', [reads])).token,
    'a person who reads the workspace': (await makePerson(croft, 'reader', [reads])).key.value,
    'a reader of the project': (await makeProgram(croft, organization, 'narrow', [readsProject])).token,
    'another tenant’s owner': other.owner.key.value,
    'another tenant’s token': other.token,
  }
  return tokens
}
