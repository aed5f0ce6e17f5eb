import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { engineOf } from '../engines/index.ts'
import { recordEvent } from '../events/index.ts'
import { assertCanApply, waitUntilApplied } from './apply-credentials.ts'
import { checkRole } from './check-names.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword } from './entities.ts'
import { getCredential } from './get-credential.ts'
import { getDatabase } from './get-database.ts'
import { insertCredential, passwordContext } from './insert-credential.ts'
import { lockDatabase } from './lock-database.ts'
import { newPassword, type PasswordStyle } from './new-login.ts'
import type { Sight } from './quarantine.ts'
import { touchInstance } from './touch-instance.ts'

type CredentialDeps = Readonly<{ db: Db; signals: Signals; sealer: Sealer }>

export interface CreateCredentialInput {
  readonly databaseId: string
  readonly name: string
  /** A login name; a random one unless given. With the first one the database gets a port of its own. */
  readonly user?: string | undefined
  readonly passwordStyle?: PasswordStyle | undefined
}

/**
 * Adds a login and answers when the server has it. Throws `database-not-found`, `database-not-ready`, `unavailable`,
 * `name-taken` and `invalid-input` for the name of a user.
 */
export async function createCredential(
  deps: CredentialDeps,
  call: Call,
  input: CreateCredentialInput,
  sight: Sight = {},
): Promise<CredentialWithPassword> {
  const earlier = await madeBefore(deps.db, call, 'credentials')
  if (earlier) return showAgain(deps, call, earlier, sight)
  const { engine } = await getDatabase(deps.db, call, input.databaseId, 'read', sight)
  if (input.user !== undefined) checkRole(engineOf(engine), input.user)
  const login = await newPassword(engine, input.passwordStyle)
  const { id, revision } = await transact(deps.db, async (tx) => {
    const database = await lockDatabase(tx, call, input.databaseId, sight)
    const { workspaceId, project } = database
    authorize(call.principal, 'create', 'credentials', {
      id: '',
      workspaceId,
      projectId: project.id,
      namespaceId: database.namespaceId,
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
      after: {
        name: input.name,
        databaseId: database.id,
        ...(input.user === undefined ? {} : { user: input.user }),
      },
    })
    if (input.user !== undefined) {
      await tx.updateTable('databases').set({ own_port: true }).where('id', '=', database.id).execute()
    }
    return { id, revision: await touchInstance(tx, deps.signals, database.id) }
  })
  await waitUntilApplied(deps.db, deps.signals, input.databaseId, revision)
  // Now: its address may have come with it.
  return withPassword(await getCredential(deps.db, call, id, 'read', sight), login.password)
}

/** The login that an earlier try of the call has made before its answer was lost. */
async function showAgain(
  deps: CredentialDeps,
  call: Call,
  id: string,
  sight: Sight,
): Promise<CredentialWithPassword> {
  const { database } = await getCredential(deps.db, call, id, 'read', sight)
  const { password, revision } = await deps.db
    .selectFrom('credentials')
    .innerJoin('instances', 'instances.database_id', 'credentials.database_id')
    .select(['credentials.password', 'instances.revision'])
    .where('credentials.id', '=', id)
    .executeTakeFirstOrThrow()
  await waitUntilApplied(deps.db, deps.signals, database.id, revision)
  // After the password was read: one that a quarantine made since is for nobody.
  const credential = await getCredential(deps.db, call, id, 'read', sight)
  return withPassword(credential, deps.sealer.open(password, passwordContext(id)))
}
