import { Type } from 'typebox'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import {
  BackupKey,
  BackupPolicy,
  type BackupPolicyBody,
  DeletedDatabase,
  SetBackupPolicy,
} from '../schemas/backup-policy.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Backups'

function presentPolicy({
  databaseId: _,
  ...shown
}: BackupPolicyBody & { databaseId: string }): BackupPolicyBody {
  return shown
}

export const getBackupPolicy = operation({
  tag,
  summary: 'Get how a database is backed up',
  params: IdParams,
  status: 200,
  response: BackupPolicy,
  async handle({ call, params }, { backups }) {
    return presentPolicy(await backups.getPolicy(call, readId('database', params.id)))
  },
})

export const setBackupPolicy = operation({
  tag,
  summary: 'Set how a database is backed up',
  description:
    'With another target, or encryption switched, a new archive begins with a backup of its own; what was stored before can be restored from as before.',
  params: IdParams,
  body: SetBackupPolicy,
  status: 200,
  response: BackupPolicy,
  async handle({ call, params, body }, { backups }) {
    const targetId = body.targetId === null ? null : readId('backup target', body.targetId)
    const wanted = { ...body, targetId, databaseId: readId('database', params.id) }
    return presentPolicy(await backups.setPolicy(call, wanted))
  },
})

export const showBackupKey = operation({
  tag,
  summary: 'Show the key of a database’s backups',
  description:
    'To read them without Croft, or to keep it in another place: without Croft’s own database nothing else opens them. Each showing is an event.',
  params: IdParams,
  status: 200,
  response: BackupKey,
  async handle({ call, params }, { backups }) {
    return { key: await backups.showBackupKey(call, readId('database', params.id)) }
  },
})

export const listDeletedDatabases = operation({
  tag: 'Databases',
  summary: 'List the deleted databases of a workspace that can still be brought back',
  description: 'Oldest first. Make a new database with one of them as its source.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(DeletedDatabase),
  async handle({ call, params, query }, { backups }) {
    const filter = { workspaceId: readId('workspace', params.id), page: readPage(query) }
    return presentPage(await backups.listDeleted(call, filter), (database) => ({
      id: database.id,
      name: database.name,
      projectId: database.projectId,
      engine: database.engine,
      version: database.version,
      deletedAt: database.deletedAt.toISOString(),
      purgeAt: database.purgeAt.toISOString(),
      backups: database.backups,
      recovery: database.recovery && {
        earliest: database.recovery.earliest.toISOString(),
        latest: database.recovery.latest.toISOString(),
      },
    }))
  },
})

export const purgeDeletedDatabase = operation({
  tag: 'Databases',
  summary: 'Remove what is kept of a deleted database',
  description: 'Its backups, its archive and its key, for good. Goes on after the answer.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { backups }) {
    await backups.purgeDeleted(call, readId('database', params.id))
  },
})
