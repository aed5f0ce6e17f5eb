import { type Static, Type } from 'typebox'
import type { RestoreSource as DomainSource, SourceWish } from '../../../domain/databases/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { IdReader } from '../ids.ts'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import {
  presentDatabase,
  presentLegacyNewDatabase,
  presentNewDatabase,
  presentRestoredDatabase,
} from '../presenters/database.ts'
import {
  CreateDatabase,
  CreateDatabaseInProject,
  Database,
  LegacyNewDatabase,
  NewDatabase,
  RestoreDatabase,
  RestoredDatabase,
  type RestoreSource,
  type SourceInput,
  UpdateDatabase,
} from '../schemas/database.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { CheckedIdInput, Filter, IdInput } from '../schemas/input.ts'

const tag = 'Databases'
const params = Type.Object({ databaseId: IdInput('db', 'database') })
const projectParams = Type.Object({ projectId: IdInput('proj', 'project') })

export const listDatabases = operation({
  tag,
  summary: 'List databases',
  description:
    'All databases the token can reach, oldest first. A filter that matches nothing gives an empty list.',
  query: Type.Object({
    ...PageQuery,
    projectId: Filter('Only the databases of this project.'),
    logicalId: Filter('Only those with this logical id.'),
    branchId: Filter('Only those on this branch; `unassigned` for those on none.'),
    branchGitName: Filter('Only those on branches of this git name.'),
  }),
  status: 200,
  response: List(Database),
  async handle({ call, query, ids, links }, { databases }) {
    const page = await databases.listDatabases(call, {
      projectId: query.projectId ? ids.read('project', query.projectId) : undefined,
      logicalId: query.logicalId,
      branchId: readBranchFilter(ids, query.branchId),
      branchName: query.branchGitName,
      page: readPage(query),
    })
    return toList(page, (database) => presentDatabase(links, database))
  },
})

function readBranchFilter(ids: IdReader, branchId: string | undefined): string | undefined {
  if (!branchId) return undefined
  return branchId === 'unassigned' ? branchId : ids.read('branch', branchId)
}

export const createDatabase = operation({
  tag,
  summary: 'Create a database',
  description:
    'Empty, from a backup, or as a copy of a database, as it is or, an extension of Croft’s, as it was at a moment. The connection string is shown this once.',
  body: CreateDatabase,
  status: 201,
  response: Data(NewDatabase),
  async handle({ call, body, ids, links }, { databases }) {
    refuseTogether(body, 'branchId', 'branchGitName')
    refuseTogether(body, 'logicalId', 'branchGitName')
    const created = await databases.createDatabase(call, {
      projectId: ids.read('project', body.projectId),
      name: body.name,
      region: body.region,
      isDefault: body.isDefault,
      source: body.source && readSource(ids, body.source),
      branchId: body.branchId === undefined ? undefined : ids.read('branch', body.branchId),
      branchName: body.branchGitName,
      logicalId: body.logicalId,
    })
    return { data: presentNewDatabase(links, created) }
  },
})

export const listProjectDatabases = operation({
  tag,
  summary: 'List the databases of a project',
  params: projectParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: List(Database),
  async handle({ call, params, query, ids, links }, { tenancy, databases }) {
    const projectId = ids.read('project', params.projectId)
    const page = readPage(query)
    await tenancy.getProject(call, projectId)
    const found = await databases.listDatabases(call, { projectId, page })
    return toList(found, (database) => presentDatabase(links, database))
  },
})

export const createProjectDatabase = operation({
  tag,
  summary: 'Create a database in a project',
  description: 'The older form of `POST /v1/databases`; its answer has the older fields as well.',
  params: projectParams,
  body: CreateDatabaseInProject,
  status: 201,
  response: Data(LegacyNewDatabase),
  async handle({ call, params, body, ids, links }, { databases }) {
    refuseTogether(body, 'source', 'fromDatabase')
    const created = await databases.createDatabase(call, {
      projectId: ids.read('project', params.projectId),
      name: body.name,
      region: body.region,
      isDefault: body.isDefault,
      source: body.fromDatabase
        ? readFromDatabase(ids, body.fromDatabase)
        : body.source && readSource(ids, body.source),
    })
    return { data: presentLegacyNewDatabase(links, created) }
  },
})

export const getDatabase = operation({
  tag,
  summary: 'Get a database',
  params,
  status: 200,
  response: Data(Database),
  async handle({ call, params, ids, links }, { databases }) {
    const database = await databases.getDatabase(call, ids.read('database', params.databaseId))
    return { data: presentDatabase(links, database) }
  },
})

export const updateDatabase = operation({
  tag,
  summary: 'Update a database',
  description: 'Its name, its branch or its logical id; a move and a new logical id take two calls.',
  params,
  body: UpdateDatabase,
  status: 200,
  response: Data(Database),
  async handle({ call, params, body, ids, links }, { databases }) {
    refuseTogether(body, 'branchId', 'branchGitName')
    refuseTogether(body, 'logicalId', 'branchId')
    refuseTogether(body, 'logicalId', 'branchGitName')
    const database = await databases.updateDatabase(call, ids.read('database', params.databaseId), {
      name: body.name,
      branchId: body.branchId === undefined ? undefined : ids.read('branch', body.branchId),
      branchName: body.branchGitName,
      logicalId: body.logicalId,
    })
    return { data: presentDatabase(links, database) }
  },
})

export const deleteDatabase = operation({
  tag,
  summary: 'Delete a database',
  description: 'With its backups. The default database goes only with its project.',
  params,
  status: 204,
  async handle({ call, params, ids }, { databases }) {
    await databases.deleteDatabase(call, ids.read('database', params.databaseId))
  },
})

export const restoreDatabase = operation({
  tag,
  summary: 'Restore a database in place',
  description:
    'Replaces all its data by those of a backup, of this or of another database, or by what a database was at a moment, which is an extension of Croft’s. Its connections stay valid. It is `recovering` until done.',
  params: Type.Object({ targetDatabaseId: CheckedIdInput('db', 'database') }),
  body: RestoreDatabase,
  invalid: 422,
  status: 200,
  response: Data(RestoredDatabase),
  async handle({ call, params, body, ids, links }, { databases }) {
    const id = ids.read('database', params.targetDatabaseId)
    const source = readRestoreSource(ids, id, body.source)
    const database = await databases.restoreDatabase(call, id, source)
    return { data: presentRestoredDatabase(links, database, source) }
  },
})

function readRestoreSource(ids: IdReader, own: string, source: Static<typeof RestoreSource>): DomainSource {
  if (source.type === 'database') {
    const databaseId = source.databaseId === undefined ? own : ids.read('database', source.databaseId)
    return { type: 'database', databaseId, at: source.at }
  }
  const databaseId = ids.read('database', source.databaseId)
  return { type: 'backup', databaseId, backupId: ids.read('backup', source.backupId) }
}

function readSource(ids: IdReader, source: Static<typeof SourceInput>): SourceWish {
  if (source.type === 'empty') return { type: 'empty' }
  const databaseId = ids.read('database', source.databaseId)
  return source.type === 'database'
    ? { type: 'database', databaseId, at: source.at }
    : { type: 'backup', databaseId, backupId: ids.read('backup', source.backupId) }
}

/** The form before `source`: an id alone is a copy of that database now. */
function readFromDatabase(ids: IdReader, from: { id: string; backupId?: string }): SourceWish {
  const databaseId = ids.read('database', from.id)
  return from.backupId === undefined
    ? { type: 'database', databaseId }
    : { type: 'backup', databaseId, backupId: ids.read('backup', from.backupId) }
}

function refuseTogether<Body extends object>(
  body: Body,
  one: keyof Body & string,
  other: keyof Body & string,
) {
  if (body[one] === undefined || body[other] === undefined) return
  throw new CroftError('invalid-input', `${one} and ${other} cannot be given together.`, {
    hint: `Leave out ${one} or ${other}.`,
  })
}
