import type { Db } from '../../platform/db/connect.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import { passwordContext } from './insert-credential.ts'

/** A database with the password of its first credential, as `settle` takes them. */
export interface Made {
  readonly id: string
  readonly password: string
}

/**
 * What an earlier try of the same call has made before its answer was lost: the database itself, or the default
 * one of a project. Undefined when there is none, or when it has no login any more. Authorizes nothing.
 */
export async function findMade(
  deps: { db: Db; sealer: Sealer },
  where: { databaseId: string } | { projectId: string },
): Promise<Made | undefined> {
  const first = deps.db
    .selectFrom('credentials')
    .innerJoin('databases', 'databases.id', 'credentials.database_id')
    .select(['databases.id', 'credentials.id as credentialId', 'credentials.password'])
    .where('databases.deleted_at', 'is', null)
    .where('credentials.deleted_at', 'is', null)
    .orderBy('credentials.id')
    .limit(1)
  const row = await ('databaseId' in where
    ? first.where('databases.id', '=', where.databaseId)
    : first.where('databases.project_id', '=', where.projectId).where('databases.is_default', '=', true)
  ).executeTakeFirst()
  return row && { id: row.id, password: deps.sealer.open(row.password, passwordContext(row.credentialId)) }
}
