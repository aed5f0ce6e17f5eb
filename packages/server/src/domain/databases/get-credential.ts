import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Credential } from './entities.ts'
import type { Sight } from './quarantine.ts'
import { isHiddenCredential, selectCredentials, toCredential } from './read-credentials.ts'
import { credentialFields } from './subjects.ts'

export const CREDENTIAL_NOT_FOUND = {
  code: 'credential-not-found',
  message: 'There is no connection with this id, or it is not accessible.',
} as const

/** The credential, if the caller may do this to it. Throws `credential-not-found`, `forbidden`. */
export async function getCredential(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  sight: Sight = {},
): Promise<Credential> {
  const row = await selectCredentials(db).where('credentials.id', '=', id).executeTakeFirst()
  const found = row && !isHiddenCredential(call, row, sight) ? toCredential(row) : undefined
  return authorizeFound(call.principal, action, 'credentials', found, credentialFields, CREDENTIAL_NOT_FOUND)
}
