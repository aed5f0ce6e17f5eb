import { Type } from 'typebox'
import { Id, OneOf, Shape, Timestamp } from './shape.ts'

export const Backup = Shape({
  id: Id('bkp', 'Id of the backup.'),
  type: Type.Literal('backup'),
  backupType: OneOf(['full'], 'Always `full`.'),
  createdAt: Timestamp('When it was begun.'),
  size: Type.Optional(Type.Number({ description: 'Bytes of the database; absent until it is completed.' })),
  status: OneOf(
    ['running', 'completed', 'failed', 'unknown'],
    'Only a completed one can be restored. One that failed its verification is `failed`.',
  ),
})

export const BackupList = Shape(
  {
    data: Type.Array(Backup, { description: 'Newest first.' }),
    meta: Shape({ backupRetentionDays: Type.Integer({ description: 'Days a backup is kept.' }) }),
    pagination: Shape({
      hasMore: Type.Boolean({ description: 'Whether there are older ones.' }),
      limit: Type.Unsafe<number | null>({
        type: ['integer', 'null'],
        description: 'The limit that was used.',
      }),
    }),
  },
  { description: 'The newest backups of the database.' },
)

export const BackupQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 25, description: 'How many to show.' }),
  ),
})
