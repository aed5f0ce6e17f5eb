import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import { findDatabase } from './find-database.ts'
import { onlyOne } from './only-one.ts'
import type { ScopeRef, Tenant } from './resources.ts'
import { isUuid } from './uuid.ts'

export const SCOPE_FORM = 'platform, organization:NAME, workspace:NAME, project:ID or database:NAME'

const LISTS = { organization: '/organizations', workspace: '/workspaces' } as const

function fault(text: string): CliFault {
  return new CliFault(`"${text}" is no place where a role can be held.`, {
    hint: `It looks like one of: ${SCOPE_FORM}. Ids do as well as names.`,
    exitCode: 2,
  })
}

/** The place that a word on the command line means, e.g. `database:shop`. Throws when there is none. */
export async function findScope(api: Api, text: string): Promise<ScopeRef> {
  if (text === 'platform') return { type: 'platform', id: null }
  const [type, ...rest] = text.split(':')
  const name = rest.join(':')
  if (name === '') throw fault(text)
  switch (type) {
    case 'organization':
    case 'workspace':
      if (isUuid(name)) return { type, id: name }
      return { type, id: onlyOne(await api.list<Tenant>(LISTS[type]), name, type).id }
    case 'project':
      if (isUuid(name)) return { type, id: name }
      throw new CliFault('Projects are named by their id here.', { exitCode: 2 })
    case 'database':
      return { type, id: isUuid(name) ? name : (await findDatabase(api, name)).id }
    default:
      throw fault(text)
  }
}

/** `database:0192...`, or `platform`: what `findScope` reads. */
export const showScope = ({ type, id }: ScopeRef): string => (id === null ? type : `${type}:${id}`)

/** As the API wants it in a body. */
export const scopeBody = ({ type, id }: ScopeRef) => (id === null ? { type } : { type, id })
