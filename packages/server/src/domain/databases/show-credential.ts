import type { Db } from '../../platform/db/connect.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Call } from '../access/index.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword } from './entities.ts'
import { getCredential } from './get-credential.ts'
import type { Sight } from './quarantine.ts'
import { readPassword } from './read-password.ts'

/**
 * A credential with its password, for those who may give it another one: they can have it read anyway. Throws
 * `credential-not-found`, `forbidden`.
 */
export async function showCredential(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  id: string,
  sight: Sight = {},
): Promise<CredentialWithPassword> {
  await getCredential(db, call, id, 'update', sight)
  const password = await readPassword(db, sealer, id)
  // Again: a password that a quarantine made meanwhile is for nobody who does not see it.
  return withPassword(await getCredential(db, call, id, 'update', sight), password)
}
