import { type Db, transact } from '../../platform/db/index.ts'
import type { Call } from '../access/index.ts'
import { checkName } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { DeploymentTarget } from './entities.ts'
import { requireDeploymentTarget } from './read-targets.ts'

export interface DeploymentTargetChanges {
  readonly name?: string | undefined
  readonly tlsRequired?: boolean | undefined
  /** Empty for none. */
  readonly tlsIssuer?: string | undefined
}

const shown = ({ name, tlsRequired, tlsIssuer }: DeploymentTarget) => ({ name, tlsRequired, tlsIssuer })

/** What is left out stays. Throws `deployment-target-not-found`, `forbidden`, `invalid-input`. */
export async function updateDeploymentTarget(
  db: Db,
  call: Call,
  id: string,
  changes: DeploymentTargetChanges,
): Promise<DeploymentTarget> {
  return transact(db, async (tx) => {
    const before = await requireDeploymentTarget(tx, call, id, 'update', { hold: 'change' })
    const name = changes.name === undefined ? before.name : checkName(changes.name)
    const { tlsRequired = before.tlsRequired, tlsIssuer = before.tlsIssuer } = changes
    await tx
      .updateTable('deployment_targets')
      .set({ name, tls_required: tlsRequired, tls_issuer: tlsIssuer || null, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    const after = await requireDeploymentTarget(tx, call, id, 'read')
    await recordEvent(tx, call, {
      ...{ workspaceId: before.workspaceId, action: 'deployment-target.updated' },
      ...{ subjectType: 'deployment-target', subjectId: before.id },
      ...{ before: shown(before), after: shown(after) },
    })
    return after
  })
}
