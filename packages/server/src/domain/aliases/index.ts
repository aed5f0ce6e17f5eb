import type { Db } from '../../platform/db/connect.ts'
import { findAliased } from './find-aliased.ts'
import { readAliases } from './read-aliases.ts'

export { type NumberedPage, type NumberedRows, pageByNumber, type WhichPage } from './page-by-number.ts'

/** What a dialect calls a thing whose own ids are of another shape. Authorizes nothing: ids alone say nothing. */
export function createAliases({ db }: { db: Db }) {
  return {
    /** The id of what a dialect calls so; null when there is none. */
    find: (dialect: string, externalId: string) => findAliased(db, dialect, externalId),
    /** What a dialect calls these, by id. */
    read: (dialect: string, ids: readonly string[]) => readAliases(db, dialect, ids),
  }
}
export type Aliases = ReturnType<typeof createAliases>
