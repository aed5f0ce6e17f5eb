import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { type NumberedPage, pageByNumber, type WhichPage } from '../aliases/index.ts'
import type { Project } from './entities.ts'
import { selectProjects, toProject } from './read-projects.ts'
import { PROJECT_COLUMNS, projectFields } from './subjects.ts'

/** A page by numbers of the projects that the caller may read, one with this logical id left out. */
export async function pageProjects(
  db: Db,
  call: Call,
  which: WhichPage,
  filter: { readonly besides: string },
): Promise<NumberedPage<Project> | null> {
  const { where, exact } = filterOf(call.principal, 'read', 'projects', PROJECT_COLUMNS)
  const ids = db
    .selectFrom('projects')
    .where('deleted_at', 'is', null)
    .where('logical_id', 'is distinct from', filter.besides)
    .where(where)
    .select('projects.id')
  return pageByNumber<Project>(
    db,
    {
      ids,
      exact,
      isReadable: (found) => isAllowed(call.principal, 'read', 'projects', projectFields(found)),
      async load(wanted) {
        const isWanted = sql<boolean>`projects.id = any(${wanted}::uuid[])`
        return (await selectProjects(db).where(isWanted).execute()).map(toProject)
      },
    },
    which,
  )
}
