import { Type } from 'typebox'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentPoint, presentRestore, presentWindow } from '../present-recovery.ts'
import { Restore } from '../schemas/backup.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { CreateRestorePoint, RecoveryWindow, RestorePoint } from '../schemas/recovery.ts'

const tag = 'Recovery'

export const getRecoveryWindow = operation({
  tag,
  summary: 'Get the moments that a database can be restored to',
  params: IdParams,
  status: 200,
  response: RecoveryWindow,
  async handle({ call, params }, { recovery }) {
    return presentWindow(await recovery.getWindow(call, readId('database', params.id)))
  },
})

export const listRestores = operation({
  tag,
  summary: 'List the restores of a database in place',
  description: 'Newest first.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(Restore),
  async handle({ call, params, query }, { backups }) {
    const databaseId = readId('database', params.id)
    const page = await backups.listRestores(call, { databaseId, page: readPage(query) })
    return presentPage(page, presentRestore)
  },
})

export const createRestorePoint = operation({
  tag,
  summary: 'Set a restore point',
  description:
    'Marks this moment in the database’s log of changes. Answers when that is done, or `running` when it takes more than a few seconds.',
  params: IdParams,
  body: CreateRestorePoint,
  status: 201,
  response: RestorePoint,
  async handle({ call, params, body }, { recovery }) {
    const databaseId = readId('database', params.id)
    return presentPoint(await recovery.createPoint(call, { databaseId, name: body.name }))
  },
})

export const listRestorePoints = operation({
  tag,
  summary: 'List the restore points of a database',
  description: 'Newest first. They go with the database’s retention.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(RestorePoint),
  async handle({ call, params, query }, { recovery }) {
    const databaseId = readId('database', params.id)
    return presentPage(await recovery.listPoints(call, { databaseId, page: readPage(query) }), presentPoint)
  },
})

export const getRestorePoint = operation({
  tag,
  summary: 'Get a restore point',
  params: IdParams,
  status: 200,
  response: RestorePoint,
  async handle({ call, params }, { recovery }) {
    return presentPoint(await recovery.getPoint(call, readId('restore point', params.id)))
  },
})

export const deleteRestorePoint = operation({
  tag,
  summary: 'Delete a restore point',
  description: 'Only its name goes: the moment can be restored to as before.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { recovery }) {
    await recovery.deletePoint(call, readId('restore point', params.id))
  },
})
