import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Deployment } from './deployment.ts'
import { ensureDeployments } from './ensure-deployments.ts'
import { selectDeployments, toDeployment } from './read-deployments.ts'
import { deploymentFields } from './subjects.ts'

const NOT_FOUND = {
  code: 'database-not-found',
  message: 'There is no deployment with this id, or it is not accessible.',
} as const

/**
 * The deployment, if the caller may do this to it; also of a database that was made without one. Throws
 * `database-not-found`, `forbidden`.
 */
export async function requireDeployment(
  executor: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<Deployment> {
  let row = await find(executor, id)
  if (!row || row.workspace_id !== row.in_workspace) {
    await ensureDeployments(executor, { databaseId: id })
    row = await find(executor, id)
  }
  const found = row && toDeployment(row)
  return authorizeFound(call.principal, action, 'databases', found, deploymentFields, NOT_FOUND)
}

const find = (executor: Executor, id: string) =>
  selectDeployments(executor).where('deployments.id', '=', id).executeTakeFirst()

/** The same, in rows that stay as they are until the transaction ends. */
export async function lockDeployment(
  tx: Executor,
  call: Call,
  id: string,
  action: Action,
): Promise<Deployment> {
  await requireDeployment(tx, call, id, action)
  await tx.selectFrom('deployments').select('id').where('id', '=', id).forNoKeyUpdate().execute()
  return requireDeployment(tx, call, id, action)
}
