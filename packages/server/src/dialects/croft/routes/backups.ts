import { Type } from 'typebox'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentBackup } from '../present-recovery.ts'
import { Backup } from '../schemas/backup.ts'
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

export const listWorkspaceBackups = operation({
  tag,
  summary: 'List the backups of all databases of a workspace',
  description: 'Newest first.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(Backup),
  async handle({ call, params, query }, { backups }) {
    const workspaceId = readId('workspace', params.id)
    const page = await backups.listWorkspaceBackups(call, { workspaceId, page: readPage(query) })
    return presentPage(page, presentBackup)
  },
})

export const verifyBackup = operation({
  tag,
  summary: 'Verify a backup',
  description:
    'Restores it to a scratch server and checks every page and index. Each new backup is verified by itself; this does it again. Answers at once; ask for the backup until it has `passed` or `failed`.',
  params: IdParams,
  status: 202,
  response: Backup,
  async handle({ call, params }, { backups }) {
    return presentBackup(await backups.verifyBackup(call, readId('backup', params.id)))
  },
})
