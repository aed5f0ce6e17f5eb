import { type Static, Type } from 'typebox'
import type { Call } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { CroftDeps } from '../deps.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentDatabase } from '../presenters.ts'
import {
  CreateDatabase,
  CreatedDatabase,
  Database,
  RestoreDatabase,
  type Source,
  UpdateDatabase,
} from '../schemas/database.ts'
import { Line } from '../schemas/input.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Databases'

export const listDatabases = operation({
  tag,
  summary: 'List databases',
  description: 'All that the credential can read, oldest first.',
  query: Type.Object({
    ...PageQuery,
    projectId: Type.Optional(Type.String({ maxLength: 100 })),
    name: Type.Optional(Line(128, 'Only those of this name.')),
  }),
  status: 200,
  response: pageOf(Database),
  async handle({ call, query }, { databases }) {
    const projectId = query.projectId === undefined ? undefined : readId('project', query.projectId)
    const page = await databases.listDatabases(call, { projectId, name: query.name, page: readPage(query) })
    return presentPage(page, presentDatabase)
  },
})

/** The oldest project of the caller's workspace: `croft database create` needs no project to be named. */
async function firstProject({ tenancy }: CroftDeps, call: Call): Promise<string> {
  const { items } = await tenancy.listProjects(call, { page: { limit: 1, after: null } })
  const [first] = items
  if (first) return first.id
  throw new CroftError('invalid-input', 'There is no project yet to put the database in.', {
    fields: [{ path: '/projectId', message: 'is required while there is no project' }],
  })
}

function readSource(source: Static<typeof Source>): Static<typeof Source> {
  if (source.type === 'empty') return source
  const databaseId = readId('database', source.databaseId)
  return source.type === 'database'
    ? { type: 'database', databaseId }
    : { type: 'backup', databaseId, backupId: readId('backup', source.backupId) }
}

export const createDatabase = operation({
  tag,
  summary: 'Create a database',
  description: 'Answers when it accepts logins, or `provisioning` when that takes more than a few seconds.',
  body: CreateDatabase,
  status: 201,
  response: CreatedDatabase,
  async handle({ call, body }, deps) {
    const { projectId, source, ...wanted } = body
    const { database, credential } = await deps.databases.createDatabase(call, {
      ...wanted,
      source: source && readSource(source),
      projectId: projectId === undefined ? await firstProject(deps, call) : readId('project', projectId),
    })
    return { ...presentDatabase(database), connectionString: credential.connectionString }
  },
})

export const getDatabase = operation({
  tag,
  summary: 'Get a database',
  params: IdParams,
  status: 200,
  response: Database,
  async handle({ call, params }, { databases }) {
    return presentDatabase(await databases.getDatabase(call, readId('database', params.id)))
  },
})

export const updateDatabase = operation({
  tag,
  summary: 'Change a database',
  params: IdParams,
  body: UpdateDatabase,
  status: 200,
  response: Database,
  async handle({ call, params, body }, { databases }) {
    return presentDatabase(await databases.updateDatabase(call, readId('database', params.id), body))
  },
})

export const deleteDatabase = operation({
  tag,
  summary: 'Delete a database',
  description: 'With its data, its logins and its backups.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { databases }) {
    await databases.deleteDatabase(call, readId('database', params.id))
  },
})

export const restoreDatabase = operation({
  tag,
  summary: 'Restore a database in place',
  description:
    'Replaces its data by a backup’s. Logins stay. The old data is kept until the restored server has answered; if it does not, the old one goes on.',
  params: IdParams,
  body: RestoreDatabase,
  status: 202,
  response: Database,
  async handle({ call, params, body }, { databases }) {
    const id = readId('database', params.id)
    const from = {
      databaseId: body.databaseId === undefined ? id : readId('database', body.databaseId),
      backupId: readId('backup', body.backupId),
    }
    return presentDatabase(await databases.restoreDatabase(call, id, from))
  },
})
