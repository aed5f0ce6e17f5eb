import type { Executor } from '../../../platform/db/connect.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { authorize, authorizeFound } from '../authorize.ts'
import { valueContext } from '../keys/api-key.ts'
import type { Call } from '../principal.ts'
import {
  NO_SERVICE_ACCOUNT,
  type ServiceAccount,
  selectServiceAccounts,
  toServiceAccount,
} from './service-account.ts'

async function requireRow(db: Executor, { principal }: Call, id: string) {
  const row = await selectServiceAccounts(db).where('token.id', '=', id).executeTakeFirst()
  return authorizeFound(
    principal,
    'read',
    'tokens',
    row,
    (found) => ({ workspaceId: found.workspace_id }),
    NO_SERVICE_ACCOUNT,
  )
}

/** Throws `token-not-found`. */
export async function getServiceAccount(db: Executor, call: Call, id: string): Promise<ServiceAccount> {
  return toServiceAccount(await requireRow(db, call, id))
}

/**
 * The token that a service account comes with, for who might make another. Throws `token-not-found`, also for one
 * whose token was shown only once, and `forbidden`.
 */
export async function readServiceAccountToken(
  { db, sealer }: { readonly db: Executor; readonly sealer: Sealer },
  call: Call,
  id: string,
): Promise<string> {
  const row = await requireRow(db, call, id)
  authorize(call.principal, 'create', 'tokens', { workspaceId: row.workspace_id })
  if (row.sealed !== null) return sealer.open(row.sealed, valueContext(row.id))
  throw new CroftError('token-not-found', 'The token of this service account was shown when it was made.', {
    hint: 'Make another service account: only tokens made by this API can be read again.',
  })
}
