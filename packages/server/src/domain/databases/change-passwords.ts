import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import { passwordContext } from './insert-credential.ts'
import { newPassword, styleOf } from './new-login.ts'

/**
 * Gives every login of a database another password, each in the style of the one before, which nobody is told. The
 * caller holds the database's row, so that none is added meanwhile, and touches the instance. Returns how many.
 */
export async function changePasswords(
  tx: Executor,
  sealer: Sealer,
  database: { readonly id: string; readonly engine: string },
): Promise<number> {
  const credentials = await tx
    .selectFrom('credentials')
    .select(['id', 'password'])
    .where('database_id', '=', database.id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .execute()
  for (const { id, password } of credentials) {
    const style = styleOf(sealer.open(password, passwordContext(id)))
    const login = await newPassword(database.engine, style)
    await tx
      .updateTable('credentials')
      .set({
        password: sealer.seal(login.password, passwordContext(id)),
        verifier: login.verifier,
        rotated_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', id)
      .execute()
  }
  return credentials.length
}
