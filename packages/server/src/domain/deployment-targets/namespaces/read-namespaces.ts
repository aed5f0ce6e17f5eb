import type { Executor } from '../../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../../access/index.ts'
import type { Namespace } from '../entities.ts'
import { deploymentTargetFields, type FoundHow } from '../read-targets.ts'

/** Namespaces that are there; callers add conditions and an order. */
export function selectNamespaces(db: Executor) {
  return db
    .selectFrom('namespaces')
    .innerJoin('workspaces', 'workspaces.id', 'namespaces.workspace_id')
    .innerJoin('deployment_targets', 'deployment_targets.id', 'namespaces.deployment_target_id')
    .where('namespaces.deleted_at', 'is', null)
    .selectAll('namespaces')
    .select([
      'workspaces.organization_id',
      'deployment_targets.name as target_name',
      'deployment_targets.target_id',
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectNamespaces>['execute']>>[number]

export const toNamespace = (row: Row): Namespace => ({
  id: row.id,
  workspaceId: row.workspace_id,
  organizationId: row.organization_id,
  deploymentTargetId: row.deployment_target_id,
  name: row.name,
  status: row.status,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const NOT_FOUND = {
  code: 'namespace-not-found',
  message: 'There is no namespace with this id, or it is not accessible.',
} as const

/** A namespace, and whether its target is a host of ours. */
export interface FoundNamespace extends Namespace {
  readonly isOnHost: boolean
}

/** The namespace, if the caller may do this to its deployment target. Throws `namespace-not-found`, `forbidden`. */
export async function requireNamespace(
  executor: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  { hold }: Pick<FoundHow, 'hold'> = {},
): Promise<FoundNamespace> {
  let query = selectNamespaces(executor).where('namespaces.id', '=', id)
  if (hold === 'delete') query = query.forUpdate('namespaces')
  if (hold === 'change') query = query.forNoKeyUpdate('namespaces')
  const row = await query.executeTakeFirst()
  const found = authorizeFound(
    call.principal,
    action,
    'deployment-targets',
    row,
    (one) =>
      deploymentTargetFields({
        id: one.deployment_target_id,
        workspaceId: one.workspace_id,
        name: one.target_name,
      }),
    NOT_FOUND,
  )
  return { ...toNamespace(found), isOnHost: found.target_id !== null }
}
