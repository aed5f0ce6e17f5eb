import { type Db, transact } from '../../../platform/db/index.ts'
import type { Call } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Namespace, NamespaceStatus } from '../entities.ts'
import { requireNamespace } from './read-namespaces.ts'

/** Says whether new deployments may go there; those that are there stay. Throws `namespace-not-found`, `forbidden`. */
export async function updateNamespace(
  db: Db,
  call: Call,
  id: string,
  { status }: { readonly status?: NamespaceStatus | undefined },
): Promise<Namespace> {
  return transact(db, async (tx) => {
    const before = await requireNamespace(tx, call, id, 'update', { hold: 'change' })
    // Agents tell what they see again and again.
    if (status === undefined || status === before.status) return before
    await tx
      .updateTable('namespaces')
      .set({ status, updated_at: new Date() })
      .where('id', '=', before.id)
      .execute()
    await recordEvent(tx, call, {
      ...{ workspaceId: before.workspaceId, action: 'namespace.updated' },
      ...{ subjectType: 'namespace', subjectId: before.id },
      ...{ before: { status: before.status }, after: { status } },
    })
    return requireNamespace(tx, call, id)
  })
}
