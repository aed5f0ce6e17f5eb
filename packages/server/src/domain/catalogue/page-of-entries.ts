import type { SortedPage, SortedPageRequest } from '../sorted-page.ts'

export interface Entry {
  readonly id: string
  readonly createdAt: Date
}

/** What entries are sorted by, as texts whose order is that of the values. */
export type SortKeys<Item> = Readonly<Record<string, (item: Item) => string>>

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** What every entry of the catalogue can be sorted by. */
export const ENTRY_KEYS = {
  id: ({ id }: Entry) => id,
  created_at: ({ createdAt }: Entry) => createdAt.toISOString(),
} as const

/** A page of a list that is in memory as a whole, in the same manner as `readSortedPage`. */
export function pageOfEntries<Item extends Entry>(
  items: readonly Item[],
  keys: SortKeys<Item>,
  { sort, descending, limit, after }: SortedPageRequest,
): SortedPage<Item> {
  const key = keys[sort]
  if (!key) throw new Error(`there is no attribute ${sort} to sort by`)
  const sign = descending ? -1 : 1
  const compare = (a: readonly [string, string], b: readonly [string, string]): number =>
    sign * (order(a[0], b[0]) || order(a[1], b[1]))
  const rows = items
    .map((item) => ({ item, at: [key(item), item.id] as const }))
    .filter(({ at }) => after === null || compare(at, [after.value, after.id]) > 0)
    .sort((one, other) => compare(one.at, other.at))
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ item }) => item),
    next: rows.length > limit && last ? { value: last.at[0], id: last.at[1] } : null,
  }
}
