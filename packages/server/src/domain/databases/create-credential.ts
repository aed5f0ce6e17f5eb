import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { assertCanApply, waitUntilApplied } from './apply-credentials.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword } from './entities.ts'
import { getCredential } from './get-credential.ts'
import { getDatabase } from './get-database.ts'
import { insertCredential } from './insert-credential.ts'
import { newPassword } from './new-login.ts'
import { touchInstance } from './touch-instance.ts'

/** Adds a login and answers when the server has it. Throws `database-not-found`, `database-not-ready`, `unavailable`. */
export async function createCredential(
  deps: { db: Db; signals: Signals; sealer: Sealer },
  call: Call,
  input: { databaseId: string; name: string },
): Promise<CredentialWithPassword> {
  const login = await newPassword()
  const { credential, revision } = await transact(deps.db, async (tx) => {
    const database = await getDatabase(tx, call, input.databaseId)
    const { workspaceId, project } = database
    authorize(call.principal, 'create', 'Credential', {
      workspaceId,
      projectId: project.id,
      databaseId: database.id,
    })
    await assertCanApply(tx, database)
    const id = await insertCredential(tx, deps.sealer, { ...input, login })
    await recordEvent(tx, call, {
      workspaceId,
      action: 'credential.created',
      subjectType: 'credential',
      subjectId: id,
      after: { name: input.name, databaseId: database.id },
    })
    return {
      revision: await touchInstance(tx, deps.signals, database.id),
      credential: await getCredential(tx, call, id),
    }
  })
  await waitUntilApplied(deps.db, deps.signals, input.databaseId, revision)
  return withPassword(credential, login.password)
}
