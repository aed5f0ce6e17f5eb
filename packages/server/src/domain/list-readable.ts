import { type Page, type PageRequest, toPage } from './page.ts'

/** Rows read at a time when not every condition of the rules can be said in SQL. */
const BATCH = 200
/** Batches looked through for one page: a longer search goes on with the next page. */
const MOST_BATCHES = 20
/** Nor are rules evaluated for longer than this, since all other requests wait meanwhile. */
const LONGEST_MS = 500

export interface ReadableRows<Item> {
  /** Rows after a cursor, in the list's order, that the filter's SQL lets through. */
  read(after: string | null, limit: number): Promise<readonly Item[]>
  /** Whether SQL let through exactly what may be read; else each row is asked about. */
  readonly exact: boolean
  isReadable(item: Item): boolean
}

/**
 * A page of what a caller may read. When SQL cannot decide alone, rows are asked about one by one, a bounded number
 * for a page; the page may then be short, or empty, and still have a next one.
 */
export async function listReadable<Item extends { readonly id: string }>(
  rows: ReadableRows<Item>,
  { limit, after }: PageRequest,
): Promise<Page<Item>> {
  if (rows.exact) return toPage(await rows.read(after, limit + 1), limit)
  const found: Item[] = []
  let cursor = after
  let spent = 0
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const items = await rows.read(cursor, BATCH)
    const began = performance.now() - spent
    for (const item of items) {
      if (rows.isReadable(item)) found.push(item)
      if (found.length > limit) return { items: found.slice(0, limit), next: found[limit - 1]?.id ?? null }
      cursor = item.id
      spent = performance.now() - began
      if (spent > LONGEST_MS) return { items: found, next: cursor }
    }
    if (items.length < BATCH) return { items: found, next: null }
  }
  return { items: found, next: cursor }
}
