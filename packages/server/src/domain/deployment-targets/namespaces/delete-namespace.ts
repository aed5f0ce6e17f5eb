import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Call } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'
import { countDeployments } from '../count-deployments.ts'
import { DEFAULT_NAMESPACE } from '../ensure-hosts.ts'
import { requireNamespace } from './read-namespaces.ts'

/** One that nothing is in. Throws `namespace-not-found`, `forbidden`, `in-use`. */
export async function deleteNamespace(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const found = await requireNamespace(tx, call, id, 'update', { hold: 'delete' })
    if (found.isOnHost && found.name === DEFAULT_NAMESPACE) {
      throw new CroftError(
        'in-use',
        'Delete failed due to some constraints: every host has this namespace.',
        {
          hint: 'Make it unavailable to keep new deployments out.',
        },
      )
    }
    const count = await countDeployments(tx, { namespaceId: found.id })
    if (count > 0) {
      const deployments = `${count} ${count === 1 ? 'deployment is' : 'deployments are'} in the namespace`
      throw new CroftError('in-use', `Delete failed due to some constraints: ${deployments}.`)
    }
    await tx.updateTable('namespaces').set({ deleted_at: new Date() }).where('id', '=', found.id).execute()
    await recordEvent(tx, call, {
      ...{ workspaceId: found.workspaceId, action: 'namespace.deleted' },
      ...{ subjectType: 'namespace', subjectId: found.id },
      before: { name: found.name, deploymentTargetId: found.deploymentTargetId },
    })
  })
}
