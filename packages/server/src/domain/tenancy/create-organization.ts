import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Organization } from './entities.ts'
import { getOrganization } from './get-organization.ts'

/** Makes an organization without workspaces. For administrators of the platform. Throws `forbidden`. */
export async function createOrganization(
  db: Db,
  call: Call,
  { name }: { name: string },
): Promise<Organization> {
  const { resourceId: id = newId() } = call
  authorize(call.principal, 'create', 'organizations', { id })
  return transact(db, async (tx) => {
    if (await madeBefore(tx, call, 'organizations')) return getOrganization(tx, call, id)
    await tx.insertInto('organizations').values({ id, name }).execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'organization.created',
      subjectType: 'organization',
      subjectId: id,
      after: { name },
    })
    return getOrganization(tx, call, id)
  })
}
