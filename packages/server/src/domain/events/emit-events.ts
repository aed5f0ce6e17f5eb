import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, EMITTED_TOPIC } from '../access/index.ts'
import { isStorable } from '../storable.ts'
import { EMITTED } from './emitted.ts'
import { recordEvent } from './record-event.ts'

/** Something that a client tells, not something that was done here. */
export interface EmittedEvent {
  readonly type: string
  readonly payload?: unknown
  readonly target?: unknown
  /** What it claims to come from; only rules look at it. */
  readonly serviceTopic?: string | undefined
}

/**
 * Adds clients' own events to a workspace's trail, all or none. They are marked, so that none passes for one of the
 * platform's. Throws `forbidden` unless the caller may create each of them, `workspace-not-found`.
 */
export async function emitEvents(
  db: Db,
  call: Call,
  { workspaceId, events }: { workspaceId: string; events: readonly EmittedEvent[] },
): Promise<void> {
  for (const { type, payload, target, serviceTopic = EMITTED_TOPIC } of events) {
    const source = { workspaceId, userId: call.principal.id, correlationId: call.requestId, serviceTopic }
    authorize(call.principal, 'create', 'events', {
      type,
      source,
      ...(payload === undefined ? {} : { payload }),
      ...(target === undefined ? {} : { target }),
    })
  }
  const unstorable = events.findIndex((event) => !isStorable(event))
  if (unstorable !== -1) {
    const message = 'must be text without NUL'
    throw new CroftError('invalid-input', `Event ${unstorable} ${message}.`, {
      fields: [{ path: `/events/${unstorable}`, message }],
    })
  }
  await transact(db, async (tx) => {
    // Whoever may do everything may do it in no workspace too, and events are kept of what is gone.
    const workspace = await tx
      .selectFrom('workspaces')
      .where('id', '=', workspaceId)
      .select('id')
      .executeTakeFirst()
    if (!workspace) throw new CroftError('workspace-not-found', 'There is no workspace with this id.')
    for (const { type, payload, target } of events) {
      await recordEvent(tx, call, {
        workspaceId,
        action: type,
        subjectType: EMITTED,
        subjectId: newId(),
        after: {
          ...(payload === undefined ? {} : { payload }),
          ...(target === undefined ? {} : { target }),
        },
      })
    }
  })
}
