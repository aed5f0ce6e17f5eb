import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import { onlyOne } from './only-one.ts'
import type { Identity, Tenant } from './resources.ts'
import { isUuid } from './uuid.ts'

/** The organization that is meant: the given one, else the only one. Throws when that is none or not clear. */
export async function findOrganization(api: Api, nameOrId: string | undefined): Promise<Tenant> {
  const all = await api.list<Tenant>('/organizations')
  if (nameOrId !== undefined) return onlyOne(all, nameOrId, 'organization')
  const [first] = all
  if (first && all.length === 1) return first
  throw new CliFault(first ? 'There are several organizations.' : 'You have a role in no organization.', {
    ...(first ? { hint: `Say which with --organization: ${all.map(({ name }) => name).join(', ')}` } : {}),
    exitCode: 2,
  })
}

/** The service identity that a name or id means, in one organization or in all. Throws when that is not clear. */
export async function findIdentity(api: Api, nameOrId: string, organization?: string): Promise<Identity> {
  if (isUuid(nameOrId)) return api.get<Identity>(`/service-identities/${nameOrId}`)
  const organizations =
    organization === undefined
      ? await api.list<Tenant>('/organizations')
      : [await findOrganization(api, organization)]
  const identities: Identity[] = []
  for (const { id } of organizations)
    identities.push(...(await api.list<Identity>('/service-identities', { organizationId: id })))
  return onlyOne(identities, nameOrId, 'service identity')
}
