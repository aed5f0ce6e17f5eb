import type { Db } from '../../platform/db/connect.ts'
import { type Call, readableWorkspaces } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'

export interface Event {
  readonly id: string
  readonly at: Date
  readonly workspaceId: string | null
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null }
  readonly action: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly before: unknown
  readonly after: unknown
  readonly requestId: string | null
}

/** Newest first. Only of workspaces the caller may read; the platform's own are for its administrators. */
export async function listEvents(
  db: Db,
  call: Call,
  filter: { subjectId?: string | undefined; page: PageRequest },
): Promise<Page<Event>> {
  const workspaces = readableWorkspaces(call.principal)
  let query = db
    .selectFrom('events')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(filter.page.limit + 1)
  if (workspaces !== 'all') query = query.where('workspace_id', 'in', [...workspaces])
  if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId)
  if (filter.page.after) query = query.where('id', '<', filter.page.after)
  const rows = await query.execute()
  return toPage(
    rows.map((row) => ({
      id: row.id,
      at: row.at,
      workspaceId: row.workspace_id,
      actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
      action: row.action,
      subject: { type: row.subject_type, id: row.subject_id },
      before: row.before,
      after: row.after,
      requestId: row.request_id,
    })),
    filter.page.limit,
  )
}
