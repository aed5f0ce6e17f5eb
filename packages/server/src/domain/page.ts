/** Lists are ordered by id, and ids (UUIDv7) by time of creation; so a cursor is the id of the last row seen. */
export interface PageRequest {
  readonly limit: number
  readonly after: string | null
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Null on the last page. */
  readonly next: string | null
}

/** Makes a page of rows that were read with `limit + 1`. */
export function toPage<Item extends { id: string }>(rows: readonly Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
