import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { type Sealer, sealedContext } from '../../platform/secrets/index.ts'
import { type NewPassword, newRoleName } from './new-login.ts'

/** Binds a sealed password to its row, so that one cannot be moved to another. */
export const passwordContext = (credentialId: string): string =>
  sealedContext('credentials', 'password', credentialId)

/** Writes a credential; the caller touches the instance. Returns its id. Throws `name-taken` for a chosen name. */
export async function insertCredential(
  tx: Executor,
  sealer: Sealer,
  credential: {
    id?: string | undefined
    databaseId: string
    name: string
    login: NewPassword
    /** A name that somebody chose; without it, one that no other database on the platform has. */
    user?: string | undefined
  },
): Promise<string> {
  const { id = newId(), user } = credential
  await tx
    .insertInto('credentials')
    .values({
      id,
      database_id: credential.databaseId,
      name: credential.name,
      role_name: user ?? newRoleName(),
      chosen: user !== undefined,
      password: sealer.seal(credential.login.password, passwordContext(id)),
      verifier: credential.login.verifier,
    })
    .execute()
    .catch((error: unknown) => {
      const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined
      if (constraint !== 'credentials_chosen_name') throw error
      throw new CroftError('name-taken', `This database has a user ${user ?? ''} already.`, {
        hint: 'Choose another name, or delete that one first.',
        fields: [{ path: '/user', message: 'is taken in this database' }],
        cause: error,
      })
    })
  return id
}
