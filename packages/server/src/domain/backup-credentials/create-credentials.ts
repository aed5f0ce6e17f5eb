import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { authorize, type Call, checkName, madeBefore, requireWorkspace } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { type BackupCredentials, credentialsContext, getCredentials } from './credentials.ts'
import { checkCredentials, type GivenCredentials } from './given-credentials.ts'

export interface NewCredentials {
  readonly workspaceId: string
  readonly name: string
  readonly given: GivenCredentials
}

/** Throws `workspace-not-found`, `forbidden`, `invalid-input`, `name-taken`. */
export async function createCredentials(
  deps: { readonly db: Db; readonly sealer: Sealer },
  call: Call,
  input: NewCredentials,
): Promise<BackupCredentials> {
  const { workspaceId } = input
  await requireWorkspace(deps.db, call, workspaceId)
  authorize(call.principal, 'create', 'backup-targets', { id: '', workspaceId, name: input.name })
  const name = checkName(input.name)
  const { shown, secret } = checkCredentials(input.given)
  const { type, ...parts } = shown
  return transact(deps.db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'backup_credentials')
    if (earlier) return getCredentials(tx, call, earlier)
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('backup_credentials')
      .values({
        ...{ id, workspace_id: workspaceId, name, type, public: parts },
        secret: deps.sealer.seal(secret, credentialsContext(id)),
      })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'backup-credentials.created',
      subjectType: 'backup-credentials',
      subjectId: id,
      after: { name, ...shown },
    })
    return getCredentials(tx, call, id)
  })
}

/** Turns the breach of the one index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  if ((error as { readonly constraint?: unknown }).constraint !== 'backup_credentials_name') throw error
  throw new CroftError('name-taken', 'The tenant has backup credentials of this name.', { cause: error })
}
