import { type SqlBool, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

const MOST_LINES = 100

/** Of a deployment's trail, what tells of how it was made; the rest happened to it later. */
const OF_MAKING = sql<SqlBool>`(subject_type <> 'database' or action in (
  'database.created', 'deployment.created', 'database.ready', 'database.failed', 'database.restored'))`

/** What the trail tells of the thing that a task makes, oldest first. */
export async function readTaskLog(db: Executor, id: string, workspaceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .select(['at', 'action', 'after'])
    .where('workspace_id', '=', workspaceId)
    .where('subject_id', '=', id)
    .where(OF_MAKING)
    .orderBy('id')
    .limit(MOST_LINES)
    .execute()
  return rows.map(({ at, action, after }) => {
    const reason = after?.error ?? after?.message
    return `${at.toISOString()} ${action}${typeof reason === 'string' ? `: ${reason}` : ''}`
  })
}
