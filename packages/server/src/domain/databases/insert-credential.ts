import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { type Sealer, sealedContext } from '../../platform/secrets/index.ts'
import { type NewPassword, newRoleName } from './new-login.ts'

/** Binds a sealed password to its row, so that one cannot be moved to another. */
export const passwordContext = (credentialId: string): string =>
  sealedContext('credentials', 'password', credentialId)

/** Writes a credential; the caller touches the instance. Returns its id. */
export async function insertCredential(
  tx: Executor,
  sealer: Sealer,
  credential: { id?: string | undefined; databaseId: string; name: string; login: NewPassword },
): Promise<string> {
  const { id = newId() } = credential
  await tx
    .insertInto('credentials')
    .values({
      id,
      database_id: credential.databaseId,
      name: credential.name,
      role_name: newRoleName(),
      password: sealer.seal(credential.login.password, passwordContext(id)),
      verifier: credential.login.verifier,
    })
    .execute()
  return id
}
