import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { credentialsContext, getCredentials } from './credentials.ts'
import { targetsOf } from './targets-of.ts'

/** Only while no target is made of them. Throws `backup-credentials-not-found`, `forbidden`, `in-use`. */
export async function deleteCredentials(
  deps: { readonly db: Db; readonly sealer: Sealer },
  call: Call,
  id: string,
): Promise<void> {
  await transact(deps.db, async (tx) => {
    const found = await getCredentials(tx, call, id, 'delete', true)
    const { length: uses } = await targetsOf(tx, id)
    if (uses > 0) {
      const targets = `${uses} backup ${uses === 1 ? 'target is' : 'targets are'}`
      throw new CroftError('in-use', `${targets} made of these credentials.`, {
        hint: 'Delete those targets first.',
      })
    }
    await tx
      .updateTable('backup_credentials')
      // The row stays for what refers to it; its secret does not.
      .set({ deleted_at: new Date(), secret: deps.sealer.seal('', credentialsContext(found.id)) })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-credentials.deleted',
      subjectType: 'backup-credentials',
      subjectId: id,
      before: { name: found.name, ...found.shown },
    })
  })
}
