import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getTemplate, type WhichTemplate } from './read-templates.ts'
import type { TemplateKind } from './template.ts'

/** Deployments keep their copies. Throws `template-not-found`, `forbidden`. */
export async function deleteTemplate(db: Db, call: Call, which: WhichTemplate<TemplateKind>): Promise<void> {
  await transact(db, async (tx) => {
    const { id, workspaceId, name, kind } = await getTemplate(tx, call, which, 'delete', true)
    await tx.updateTable('templates').set({ deleted_at: new Date() }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'template.deleted',
      subjectType: 'template',
      subjectId: id,
      before: { name, kind },
    })
  })
}
