import type { Backup } from '../client/backup-resources.ts'
import { formatBytes, formatSeconds, formatTime } from '../output/format.ts'
import type { Field } from '../output/table.ts'
import type { Shown } from '../output/writer.ts'

function verified({ verification }: Backup): string | null {
  if (!verification || verification.state === 'none') return null
  return verification.state === 'pending' ? 'waiting' : verification.state
}

function foundBy({ verification }: Backup): string | null {
  if (!verification) return null
  const { state, error, verifiedAt, durationMs, relations } = verification
  if (state === 'failed') return `failed: ${error ?? 'no reason was given'}`
  if (state !== 'passed') return state === 'none' ? null : state
  const facts = [
    formatTime(verifiedAt),
    durationMs === null ? null : `in ${formatSeconds(durationMs / 1000)}`,
    relations === null ? null : `${relations} tables and indexes`,
  ]
  return `passed ${facts.filter((fact) => fact !== null).join(', ')}`
}

const STATE: readonly Field<Backup>[] = [
  { title: 'Id', value: ({ id }) => id },
  { title: 'State', value: ({ state }) => state },
  { title: 'Why', value: ({ trigger }) => trigger },
  { title: 'Kind', value: ({ kind }) => kind },
  { title: 'Data', value: ({ sizeBytes }) => formatBytes(sizeBytes) },
  { title: 'Stored', value: ({ storedBytes }) => formatBytes(storedBytes) },
]

/** In a list. */
export const BACKUP_ROW: Shown<Backup> = {
  key: ({ id }) => id,
  fields: [
    ...STATE,
    { title: 'Verified', value: verified },
    { title: 'Created', value: ({ createdAt }) => formatTime(createdAt) },
  ],
}

/** Alone. */
export const BACKUP: Shown<Backup> = {
  key: ({ id }) => id,
  fields: [
    ...STATE,
    { title: 'Encrypted', value: ({ encrypted }) => encrypted !== undefined && (encrypted ? 'yes' : 'no') },
    { title: 'Builds on', value: ({ parentId }) => parentId },
    { title: 'Verified', value: foundBy },
    { title: 'Created', value: ({ createdAt }) => formatTime(createdAt) },
    { title: 'Completed', value: ({ completedAt }) => formatTime(completedAt) },
    { title: 'Error', value: ({ error }) => error },
  ],
}
