import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { assertCanApply, waitUntilApplied } from './apply-credentials.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword } from './entities.ts'
import { getCredential } from './get-credential.ts'
import { getDatabase } from './get-database.ts'
import { insertCredential, passwordContext } from './insert-credential.ts'
import { newPassword } from './new-login.ts'
import { touchInstance } from './touch-instance.ts'

type CredentialDeps = Readonly<{ db: Db; signals: Signals; sealer: Sealer }>

/** Adds a login and answers when the server has it. Throws `database-not-found`, `database-not-ready`, `unavailable`. */
export async function createCredential(
  deps: CredentialDeps,
  call: Call,
  input: { databaseId: string; name: string },
): Promise<CredentialWithPassword> {
  const earlier = await madeBefore(deps.db, call, 'credentials')
  if (earlier) return showAgain(deps, call, earlier)
  const login = await newPassword()
  const { credential, revision } = await transact(deps.db, async (tx) => {
    const database = await getDatabase(tx, call, input.databaseId)
    const { workspaceId, project } = database
    authorize(call.principal, 'create', 'credentials', {
      id: '',
      workspaceId,
      projectId: project.id,
      databaseId: database.id,
      name: input.name,
    })
    await assertCanApply(tx, database)
    const id = await insertCredential(tx, deps.sealer, { ...input, id: call.resourceId, login })
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

/** The login that an earlier try of the call has made before its answer was lost. */
async function showAgain(deps: CredentialDeps, call: Call, id: string): Promise<CredentialWithPassword> {
  const credential = await getCredential(deps.db, call, id)
  const { password, revision } = await deps.db
    .selectFrom('credentials')
    .innerJoin('instances', 'instances.database_id', 'credentials.database_id')
    .select(['credentials.password', 'instances.revision'])
    .where('credentials.id', '=', id)
    .executeTakeFirstOrThrow()
  await waitUntilApplied(deps.db, deps.signals, credential.database.id, revision)
  return withPassword(credential, deps.sealer.open(password, passwordContext(id)))
}
