import type { Db } from '../../../platform/db/connect.ts'
import type { Call } from '../principal.ts'
import { authorizeRecord } from './authorize-record.ts'
import type { IamRecord } from './policy.ts'
import { readRecords } from './read-records.ts'
import { recordNotFound } from './write-record.ts'

/** Everybody's in the organization. Throws `organization-not-found`, `forbidden`. */
export async function listRecords(db: Db, call: Call, organizationId: string): Promise<readonly IamRecord[]> {
  await authorizeRecord(db, call, { organizationId })
  return readRecords(db, call, organizationId)
}

/** One actor's. Throws `binding-not-found`, `organization-not-found`, `forbidden`. */
export async function getRecord(
  db: Db,
  call: Call,
  { organizationId, actorId }: { readonly organizationId: string; readonly actorId: string },
): Promise<IamRecord> {
  await authorizeRecord(db, call, { organizationId, actorId })
  const [record] = await readRecords(db, call, organizationId, actorId.toLowerCase())
  if (record) return record
  throw recordNotFound()
}
