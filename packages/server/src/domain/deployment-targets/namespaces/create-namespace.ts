import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { type Call, madeBefore } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Namespace } from '../entities.ts'
import { requireDeploymentTarget } from '../read-targets.ts'
import { requireNamespace } from './read-namespaces.ts'

/** As Kubernetes has names of namespaces, RFC 1123. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

function checkName(name: string): void {
  if (DNS_LABEL.test(name)) return
  const message = 'must be a DNS label: 1 to 63 small letters, digits and hyphens, no hyphen at either end'
  throw new CroftError('invalid-input', `The name of a namespace ${message}.`, {
    fields: [{ path: '/name', message }],
  })
}

function rethrowNameTaken(error: unknown): never {
  const { constraint } = error as { readonly constraint?: unknown }
  if (constraint !== 'namespaces_name') throw error
  throw new CroftError('name-taken', 'Namespace with the given name already exists.', {
    fields: [{ path: '/name', message: 'is taken' }],
    cause: error,
  })
}

/**
 * For those who may change the deployment target. Throws `deployment-target-not-found`, `forbidden`, `invalid-input`,
 * `name-taken`.
 */
export async function createNamespace(
  db: Db,
  call: Call,
  { deploymentTargetId, name }: { readonly deploymentTargetId: string; readonly name: string },
): Promise<Namespace> {
  return transact(db, async (tx) => {
    const target = await requireDeploymentTarget(tx, call, deploymentTargetId, 'update', { hold: 'stay' })
    checkName(name)
    const earlier = await madeBefore(tx, call, 'namespaces')
    if (earlier) return requireNamespace(tx, call, earlier)
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('namespaces')
      .values({ id, name, workspace_id: target.workspaceId, deployment_target_id: target.id })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      ...{ workspaceId: target.workspaceId, action: 'namespace.created' },
      ...{ subjectType: 'namespace', subjectId: id },
      after: { name, deploymentTargetId: target.id },
    })
    return requireNamespace(tx, call, id)
  })
}
