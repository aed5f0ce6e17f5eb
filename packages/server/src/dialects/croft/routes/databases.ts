import { Type } from 'typebox'
import type { Call } from '../../../domain/access/index.ts'
import type { Database as DatabaseView, RestoreSource, SourceWish } from '../../../domain/databases/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { CroftDeps } from '../deps.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentDatabase } from '../presenters.ts'
import { CreateDatabase, CreatedDatabase, Database, UpdateDatabase } from '../schemas/database.ts'
import { Line } from '../schemas/input.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { type NewSource, type RestoreSource as RestoreBody, RestoreDatabase } from '../schemas/source.ts'

const tag = 'Databases'
/** Those in quarantine, too: this API tells them apart. */
const ANY = { quarantined: 'any' } as const

export const listDatabases = operation({
  tag,
  summary: 'List databases',
  description: 'All that the credential can read, oldest first.',
  query: Type.Object({
    ...PageQuery,
    projectId: Type.Optional(Type.String({ maxLength: 100 })),
    name: Type.Optional(Line(128, 'Only those of this name.')),
    engine: Type.Optional(Line(40, 'Only those of this engine.')),
    quarantined: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Those in quarantine instead, for who may `manage_quarantine` of them.',
      }),
    ),
  }),
  status: 200,
  response: pageOf(Database),
  async handle({ call, query }, { databases, recovery }) {
    const quarantined = query.quarantined ? ('only' as const) : ('hidden' as const)
    const filter = { name: query.name, engine: query.engine, quarantined }
    const projectId = query.projectId === undefined ? undefined : readId('project', query.projectId)
    const page = await databases.listDatabases(call, { ...filter, projectId, page: readPage(query) })
    const safety = await recovery.describeDatabases(page.items)
    return presentPage(page, (database) => presentDatabase(database, safety.get(database.id)))
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

async function present({ recovery }: CroftDeps, database: DatabaseView) {
  const safety = await recovery.describeDatabases([database])
  return presentDatabase(database, safety.get(database.id))
}

function readSource(source: NewSource): SourceWish {
  if (source.type === 'empty') return source
  const databaseId = readId('database', source.databaseId)
  return source.type === 'database'
    ? { ...source, databaseId }
    : { ...source, databaseId, backupId: readId('backup', source.backupId) }
}

export const createDatabase = operation({
  tag,
  summary: 'Create a database',
  description: 'Answers when it accepts logins, or `provisioning` when that takes more than a few seconds.',
  body: CreateDatabase,
  status: 201,
  response: CreatedDatabase,
  async handle({ call, body }, deps) {
    const { projectId, source, user, ...wanted } = body
    const { database, credential } = await deps.databases.createDatabase(call, {
      ...wanted,
      firstUser: user,
      source: source && readSource(source),
      projectId: projectId === undefined ? await firstProject(deps, call) : readId('project', projectId),
    })
    return { ...(await present(deps, database)), connectionString: credential.connectionString }
  },
})

export const getDatabase = operation({
  tag,
  summary: 'Get a database',
  params: IdParams,
  status: 200,
  response: Database,
  async handle({ call, params }, deps) {
    return present(deps, await deps.databases.getDatabase(call, readId('database', params.id), 'read', ANY))
  },
})

export const updateDatabase = operation({
  tag,
  summary: 'Change a database',
  params: IdParams,
  body: UpdateDatabase,
  status: 200,
  response: Database,
  async handle({ call, params, body }, deps) {
    return present(deps, await deps.databases.updateDatabase(call, readId('database', params.id), body))
  },
})

export const deleteDatabase = operation({
  tag,
  summary: 'Delete a database',
  description:
    'With its data and its logins. Its backups and its archive stay for a time of grace, in which a new one can be made from them.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { databases }) {
    await databases.deleteDatabase(call, readId('database', params.id), ANY)
  },
})

export const quarantineDatabase = operation({
  tag,
  summary: 'Put a database into quarantine',
  description:
    'A deletion that can be taken back for some days (`CROFT_QUARANTINE_DAYS`): its passwords are changed, sessions end, and everybody finds it deleted but those who may `manage_quarantine` of it. Its data, backups and archive stay.',
  params: IdParams,
  status: 200,
  response: Database,
  async handle({ call, params }, deps) {
    return present(deps, await deps.databases.quarantineDatabase(call, readId('database', params.id)))
  },
})

export const releaseDatabase = operation({
  tag,
  summary: 'Take a database out of quarantine',
  description:
    'Its passwords stay the new ones, which nobody was told: rotate a login to have one. It is not the default of its project again.',
  params: IdParams,
  status: 200,
  response: Database,
  async handle({ call, params }, deps) {
    return present(deps, await deps.databases.releaseDatabase(call, readId('database', params.id)))
  },
})

function readRestoreSource(source: RestoreBody, own: string): RestoreSource {
  if (source.type === 'point-in-time') return { type: 'database', databaseId: own, at: source.at }
  if (source.type === 'restore-point') return { type: 'database', databaseId: own, restorePoint: source.name }
  const databaseId = source.databaseId === undefined ? own : readId('database', source.databaseId)
  return source.type === 'database'
    ? { ...source, databaseId }
    : { ...source, databaseId, backupId: readId('backup', source.backupId) }
}

export const restoreDatabase = operation({
  tag,
  summary: 'Restore a database in place',
  description:
    'Replaces its data by a backup’s, or by what it was at a moment or at a restore point. Logins stay. The old data is kept until the restored server has answered; if it does not, the old one goes on. What it was before the restore stays in its recovery window.',
  params: IdParams,
  body: RestoreDatabase,
  status: 202,
  response: Database,
  async handle({ call, params, body }, deps) {
    const id = readId('database', params.id)
    const { source, backupId, databaseId } = body
    if ((source === undefined) === (backupId === undefined) || (source && databaseId !== undefined)) {
      throw new CroftError('invalid-input', 'Say what to restore: give `source`, or `backupId`.', {
        fields: [{ path: '/source', message: 'is required, unless `backupId` is given; not both' }],
      })
    }
    const short = { type: 'backup', backupId: backupId ?? '' } as const
    const wanted = source ?? (databaseId === undefined ? short : { ...short, databaseId })
    return present(deps, await deps.databases.restoreDatabase(call, id, readRestoreSource(wanted, id)))
  },
})
