import { Type } from 'typebox'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentBackup } from '../presenters.ts'
import { Backup } from '../schemas/database.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Backups'

export const listBackups = operation({
  tag,
  summary: 'List the backups of a database',
  description: 'Newest first.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(Backup),
  async handle({ call, params, query }, { backups }) {
    const databaseId = readId('database', params.id)
    return presentPage(await backups.listBackups(call, { databaseId, page: readPage(query) }), presentBackup)
  },
})

export const createBackup = operation({
  tag,
  summary: 'Back a database up now',
  description:
    'Answers at once; ask for the backup until it is completed. One that runs already is answered.',
  params: IdParams,
  status: 202,
  response: Backup,
  async handle({ call, params }, { backups }) {
    return presentBackup(await backups.startBackup(call, readId('database', params.id)))
  },
})

export const getBackup = operation({
  tag,
  summary: 'Get a backup',
  params: IdParams,
  status: 200,
  response: Backup,
  async handle({ call, params }, { backups }) {
    return presentBackup(await backups.getBackup(call, readId('backup', params.id)))
  },
})
