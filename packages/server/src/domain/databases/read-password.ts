import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import { CREDENTIAL_NOT_FOUND } from './get-credential.ts'
import { passwordContext } from './insert-credential.ts'

/** The password of a live credential. Authorizes nothing. Throws `credential-not-found`. */
export async function readPassword(db: Executor, sealer: Sealer, credentialId: string): Promise<string> {
  const row = await db
    .selectFrom('credentials')
    .select('password')
    .where('id', '=', credentialId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new CroftError(CREDENTIAL_NOT_FOUND.code, CREDENTIAL_NOT_FOUND.message)
  return sealer.open(row.password, passwordContext(credentialId))
}
