import { type Db, transact } from '../../../platform/db/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { authorize } from '../authorize.ts'
import { insertServiceAccount } from '../insert-service-account.ts'
import { madeBefore } from '../made-before.ts'
import type { Call } from '../principal.ts'
import { requireWorkspace } from '../require-workspace.ts'
import { getServiceAccount } from './get-service-account.ts'
import type { ServiceAccount } from './service-account.ts'

/** It may do everything in its workspace. Throws `workspace-not-found`, `forbidden`, `invalid-input`. */
export async function createServiceAccount(
  { db, sealer }: { readonly db: Db; readonly sealer: Sealer },
  call: Call,
  { workspaceId, name }: { readonly workspaceId: string; readonly name: string },
): Promise<ServiceAccount> {
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'create', 'tokens', { workspaceId })
  return transact(db, async (tx) => {
    const before = await madeBefore(tx, call, 'access_tokens')
    const id =
      before ?? (await insertServiceAccount(tx, sealer, call, { id: call.resourceId, workspaceId, name }))
    return getServiceAccount(tx, call, id)
  })
}
