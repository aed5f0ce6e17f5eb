import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { type NumberedPage, pageByNumber, type WhichPage } from '../aliases/index.ts'
import { shownIn } from '../plans/index.ts'
import type { Database } from './entities.ts'
import { isHidden, quarantineFilter } from './quarantine.ts'
import { selectDatabases, toDatabase } from './read-databases.ts'
import { DATABASE_COLUMNS, databaseFields } from './subjects.ts'

export interface NumberedFilter {
  readonly name?: string | undefined
  readonly projectId?: string | undefined
  readonly engine?: string | undefined
  readonly version?: string | undefined
  /** Those that name none are where they are shown. */
  readonly environmentId?: string | undefined
}

/**
 * A page by numbers of the databases that the caller may read, those in quarantine among them if it manages that; with
 * the count of all. Null for a page that is not there.
 */
export async function pageDatabases(
  db: Db,
  call: Call,
  which: WhichPage,
  filter: NumberedFilter = {},
): Promise<NumberedPage<Database> | null> {
  const readable = filterOf(call.principal, 'read', 'databases', DATABASE_COLUMNS)
  const inSight = quarantineFilter(call, 'any')
  let ids = db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .where('databases.deleted_at', 'is', null)
    .where('databases.state', '!=', 'deleting')
    .where(readable.where)
    .where(inSight.where)
    .select('databases.id')
  if (filter.name !== undefined) ids = ids.where('databases.name', '=', filter.name)
  if (filter.projectId !== undefined) ids = ids.where('databases.project_id', '=', filter.projectId)
  if (filter.engine !== undefined) ids = ids.where('databases.engine', '=', filter.engine)
  if (filter.version !== undefined) ids = ids.where('databases.version', '=', filter.version)
  if (filter.environmentId !== undefined) {
    const { environmentId } = filter
    const kinds = await shownIn(db, environmentId)
    ids = ids.where((eb) =>
      eb.or([
        eb('databases.environment_id', '=', environmentId),
        ...kinds.map(({ engine, version, size, region, planId }) =>
          eb.and([
            eb('databases.environment_id', 'is', null),
            eb('databases.engine', '=', engine),
            eb('databases.version', '=', version),
            eb('databases.size', '=', size),
            eb('databases.region', '=', region),
            eb('databases.plan_id', 'is not distinct from', planId),
          ]),
        ),
      ]),
    )
  }
  return pageByNumber<Database>(
    db,
    {
      ids,
      exact: readable.exact && inSight.exact,
      isReadable(found) {
        const fields = databaseFields(found)
        if (isHidden(call, fields, found.quarantinedAt, { quarantined: 'any' })) return false
        return isAllowed(call.principal, 'read', 'databases', fields)
      },
      async load(wanted) {
        const isWanted = sql<boolean>`databases.id = any(${wanted}::uuid[])`
        return (await selectDatabases(db).where(isWanted).execute()).map(toDatabase)
      },
    },
    which,
  )
}
