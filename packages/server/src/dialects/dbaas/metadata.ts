import type { Endpoint, Kind } from './endpoint.ts'
import type { Hal } from './hal.ts'

const TITLES: Readonly<Record<Kind, string>> = {
  database: 'Database',
  credential: 'Credential',
  project: 'Project',
  plan: 'Plan',
  environment: 'Environment',
  enginetype: 'Engine Type',
  engine: 'Engine',
  team: 'Team',
}

/** What each resource is, in plain words. */
export const DESCRIPTIONS: Readonly<Record<Kind, string>> = {
  database:
    'A database of your own. Deleting it once puts it into quarantine: its passwords are changed, its data stays. Deleting it again removes it.',
  credential: 'A user and its password, for one database. Passwords are always made by the system.',
  project: 'What databases are gathered in.',
  plan: 'What can be ordered: an engine and a size.',
  environment: 'Where databases can be.',
  enginetype: 'A kind of database server.',
  engine: 'A version of an engine type.',
  team: 'Who databases belong to.',
}

/** `Database Api List`, as the original called its views. */
export function titleOf({ kind, place }: Endpoint): string {
  if (kind === null) return 'Api Root'
  if (place === 'action') return 'Reset Password'
  return `${TITLES[kind]} Api ${place === 'list' ? 'List' : 'Instance'}`
}

const text = (label: string, longest?: number) => ({
  type: 'string',
  required: true,
  read_only: false,
  label,
  ...(longest === undefined ? {} : { max_length: longest }),
})
const link = (label: string, required: boolean) => ({ type: 'field', required, read_only: false, label })

const DATABASE = {
  name: text('Database name', 100),
  plan: link('plan', true),
  environment: link('environment', true),
}
const FIELDS: Partial<Record<Kind, Partial<Record<'POST' | 'PUT', object>>>> = {
  database: {
    POST: { ...DATABASE, project: link('project', false) },
    PUT: { project: link('project', false), quarantine_dt: link('quarantine dt', false) },
  },
  credential: { POST: { user: text('User name', 16), database: link('database', true) }, PUT: {} },
  project: { POST: { name: text('Project name', 100) }, PUT: { name: text('Project name', 100) } },
}

/** What OPTIONS answers. */
export function metadataOf(endpoint: Endpoint, url: string): Hal {
  const { kind, operations } = endpoint
  const fields = kind === null || endpoint.place === 'action' ? {} : (FIELDS[kind] ?? {})
  const actions = Object.fromEntries(
    (['POST', 'PUT'] as const).flatMap((method) =>
      operations.has(method) && fields[method] ? [[method, fields[method]]] : [],
    ),
  )
  return {
    _links: { self: url },
    name: titleOf(endpoint),
    description: kind === null ? 'What there is.' : DESCRIPTIONS[kind],
    renders: ['application/json', 'text/html'],
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    ...(Object.keys(actions).length === 0 ? {} : { actions }),
  }
}
