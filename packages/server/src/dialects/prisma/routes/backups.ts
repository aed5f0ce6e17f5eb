import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { presentBackup } from '../presenters/backup.ts'
import { BackupList, BackupQuery } from '../schemas/backup.ts'
import { CheckedIdInput } from '../schemas/input.ts'

const DEFAULT_LIMIT = 25

export const listBackups = operation({
  tag: 'Backups',
  summary: 'List the backups of a database',
  description: 'The newest first; there is no cursor.',
  params: Type.Object({ databaseId: CheckedIdInput('db', 'database') }),
  query: BackupQuery,
  invalid: 422,
  status: 200,
  response: BackupList,
  async handle({ call, params, query, ids }, { backups }) {
    const databaseId = ids.read('database', params.databaseId)
    const limit = query.limit ?? DEFAULT_LIMIT
    const found = await backups.listBackups(call, { databaseId, page: { limit, after: null } })
    return {
      data: found.items.map(presentBackup),
      meta: { backupRetentionDays: found.retentionDays },
      pagination: { hasMore: found.next !== null, limit },
    }
  },
})
