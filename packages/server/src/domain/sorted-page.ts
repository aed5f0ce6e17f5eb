import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { sqlState } from '../platform/db/transact.ts'
import { CroftError } from '../platform/errors/index.ts'

/** A page of a list that callers may sort: by a column and, where that is equal, by id. */
export interface SortedPageRequest {
  /** A key of the list's `columns`. */
  readonly sort: string
  readonly descending: boolean
  readonly limit: number
  /** The last row of the page before; its value as the database writes it. */
  readonly after: { readonly value: string; readonly id: string } | null
}

export interface SortedPage<Item> {
  readonly items: readonly Item[]
  /** Null on the last page. */
  readonly next: { readonly value: string; readonly id: string } | null
}

export interface SortedList<DB, TB extends keyof DB, Row, Item> {
  /** Filtered by what the caller may read, as far as SQL can. */
  readonly query: SelectQueryBuilder<DB, TB, Row>
  /** What may be sorted by; none of them null. */
  readonly columns: Readonly<Record<string, RawBuilder<unknown>>>
  readonly id: RawBuilder<string>
  toItem(row: Row): Item
  /** Where SQL cannot decide alone; a page may then be short and still have a next one. */
  readonly isReadable?: (item: Item) => boolean
}

interface Sorted {
  readonly sort_value: string
  readonly sort_id: string
}

/** A value to go on behind that its column cannot have (SQLSTATE class 22) was never given out by this list. */
function refuseForeign(error: unknown): never {
  if (!sqlState(error)?.startsWith('22')) throw error
  const message = 'must be that of the page before'
  throw new CroftError('invalid-input', `The continuation ${message}.`, {
    fields: [{ path: '/continuation', message }],
    cause: error,
  })
}

/** Reads one page; the values that order it stay the database's, which has microseconds where a `Date` has none. */
export async function readSortedPage<DB, TB extends keyof DB, Row, Item>(
  { query, columns, id, toItem, isReadable = () => true }: SortedList<DB, TB, Row, Item>,
  { sort, descending, limit, after }: SortedPageRequest,
): Promise<SortedPage<Item>> {
  const column = columns[sort]
  if (!column) throw new Error(`there is no column ${sort} to sort by`)
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const beyond = sql.raw(descending ? '<' : '>')
  let page = query
    .select([sql<string>`(${column})::text`.as('sort_value'), sql<string>`(${id})::text`.as('sort_id')])
    .orderBy(sql`${column} ${direction}`)
    .orderBy(sql`${id} ${direction}`)
    .limit(limit + 1)
  if (after) page = page.where(sql<boolean>`(${column}, ${id}) ${beyond} (${after.value}, ${after.id})`)
  const rows = (await page.execute().catch(after ? refuseForeign : undefined)) as unknown as readonly (Row &
    Sorted)[]
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem).filter(isReadable),
    next: rows.length > limit && last ? { value: last.sort_value, id: last.sort_id } : null,
  }
}
