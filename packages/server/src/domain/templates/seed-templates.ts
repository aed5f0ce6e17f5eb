import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { SAMPLES } from './samples.ts'
import { TEMPLATE_KINDS } from './template.ts'

/** Gives a workspace copies of the samples, once in its life: what is deleted stays away. */
export async function seedTemplates(tx: Executor, workspaceId: string): Promise<void> {
  const isFirst = await tx
    .insertInto('seeded_workspaces')
    .values({ workspace_id: workspaceId })
    .onConflict((same) => same.doNothing())
    .returning('workspace_id')
    .executeTakeFirst()
  if (!isFirst) return
  const made = await tx
    .insertInto('templates')
    .values(
      TEMPLATE_KINDS.flatMap((kind) =>
        SAMPLES[kind].map(({ name, dataServiceId, content }) => ({
          ...{ id: newId(), workspace_id: workspaceId, kind, name, data_service_id: dataServiceId },
          content: { ...content },
        })),
      ),
    )
    // Somebody has made one of that name before.
    .onConflict((same) => same.doNothing())
    .returning(['kind', 'name'])
    .execute()
  await recordEvent(tx, systemCall('templates', `seed-${workspaceId}`), {
    workspaceId,
    action: 'templates.seeded',
    subjectType: 'workspace',
    subjectId: workspaceId,
    after: { templates: made },
  })
}

/** The same for workspaces that were made before there were samples, or through another API. */
export async function seedIfNew(db: Db, workspaceId: string): Promise<void> {
  const seeded = await db
    .selectFrom('seeded_workspaces')
    .select('workspace_id')
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (!seeded) await transact(db, (tx) => seedTemplates(tx, workspaceId))
}
