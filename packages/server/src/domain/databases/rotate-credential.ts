import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { assertCanApply, waitUntilApplied } from './apply-credentials.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword } from './entities.ts'
import { CREDENTIAL_NOT_FOUND, getCredential } from './get-credential.ts'
import { passwordContext } from './insert-credential.ts'
import { lockDatabase } from './lock-database.ts'
import { newPassword, styleOf } from './new-login.ts'
import type { Sight } from './quarantine.ts'
import { readPassword } from './read-password.ts'
import { touchInstance } from './touch-instance.ts'

/** Gives a credential another password; the agent ends the sessions of the old one. Throws `database-not-ready`. */
export async function rotateCredential(
  deps: { db: Db; signals: Signals; sealer: Sealer },
  call: Call,
  id: string,
  sight: Sight = {},
): Promise<CredentialWithPassword> {
  const { engine } = await getCredential(deps.db, call, id, 'update', sight)
  const login = await newPassword(engine, styleOf(await readPassword(deps.db, deps.sealer, id)))
  const { credential, revision } = await transact(deps.db, async (tx) => {
    const found = await getCredential(tx, call, id, 'update', sight)
    const database = await lockDatabase(tx, call, found.database.id, sight)
    if (database.state === 'provisioning') {
      throw new CroftError('database-not-ready', 'The database is provisioning.', {
        hint: 'Rotate its credentials once it is ready.',
      })
    }
    await assertCanApply(tx, database)
    const rotated = await tx
      .updateTable('credentials')
      .set({
        password: deps.sealer.seal(login.password, passwordContext(id)),
        verifier: login.verifier,
        rotated_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    // Somebody has deleted it since it was read.
    if (!rotated) throw new CroftError(CREDENTIAL_NOT_FOUND.code, CREDENTIAL_NOT_FOUND.message)
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'credential.rotated',
      subjectType: 'credential',
      subjectId: id,
    })
    return { credential: found, revision: await touchInstance(tx, deps.signals, database.id) }
  })
  await waitUntilApplied(deps.db, deps.signals, credential.database.id, revision)
  return withPassword(credential, login.password)
}
