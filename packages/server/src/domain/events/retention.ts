import { type Db, type Executor, transact } from '../../platform/db/index.ts'
import { authorize, type Call, requireWorkspace } from '../access/index.ts'
import { recordEvent } from './record-event.ts'

export interface Retention {
  readonly workspaceId: string
  readonly days: number
  /** Whether the workspace has days of its own; else it has the platform's. */
  readonly own: boolean
}

async function daysOf(db: Executor, workspaceId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('event_retention')
    .select('days')
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row?.days
}

/** How long a workspace's events are kept. Throws `workspace-not-found`. */
export async function getRetention(
  deps: { readonly db: Db; readonly retentionDays: number },
  call: Call,
  workspaceId: string,
): Promise<Retention> {
  await requireWorkspace(deps.db, call, workspaceId)
  const days = await daysOf(deps.db, workspaceId)
  return { workspaceId, days: days ?? deps.retentionDays, own: days !== undefined }
}

/**
 * Sets how many days a workspace's events are kept; null for the platform's days. Fewer than the platform keeps them
 * are for its administrators alone: who takes over a workspace must not be able to make its trail forget. Throws
 * `workspace-not-found`, `forbidden`.
 */
export async function setRetention(
  deps: { readonly db: Db; readonly retentionDays: number },
  call: Call,
  { workspaceId, days }: { readonly workspaceId: string; readonly days: number | null },
): Promise<Retention> {
  await requireWorkspace(deps.db, call, workspaceId, 'manage_security')
  if (days !== null && days < deps.retentionDays) authorize(call.principal, 'update', 'platform', {})
  await transact(deps.db, async (tx) => {
    const before = await daysOf(tx, workspaceId)
    if (days === null) {
      await tx.deleteFrom('event_retention').where('workspace_id', '=', workspaceId).execute()
    } else {
      await tx
        .insertInto('event_retention')
        .values({ workspace_id: workspaceId, days })
        .onConflict((known) => known.column('workspace_id').doUpdateSet({ days }))
        .execute()
    }
    await recordEvent(tx, call, {
      workspaceId,
      action: 'event-retention.updated',
      subjectType: 'workspace',
      subjectId: workspaceId,
      before: { days: before ?? null },
      after: { days },
    })
  })
  return { workspaceId, days: days ?? deps.retentionDays, own: days !== null }
}
