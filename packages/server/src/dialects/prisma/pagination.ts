import type { Page, PageRequest } from '../../domain/page.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { decodeBase36, encodeBase36 } from '../../platform/ids/index.ts'

const DEFAULT_LIMIT = 100
// Clamped, not refused: create-db asks for 1000 and others may ask for more; every pager reads hasMore.
const MAXIMUM_LIMIT = 1000

/** The page a query asks for. Clients send `cursor=` and `cursor=null` for the first page. */
export function readPage(query: { cursor?: string; limit?: number }): PageRequest {
  const { cursor = '', limit = DEFAULT_LIMIT } = query
  return {
    limit: Math.min(limit, MAXIMUM_LIMIT),
    after: cursor === '' || cursor === 'null' ? null : readCursor(cursor),
  }
}

function readCursor(cursor: string): string {
  const id = decodeBase36(cursor)
  if (id) return id
  throw new CroftError('malformed-request', 'The cursor is malformed.', {
    hint: 'Pass pagination.nextCursor of the page before, or leave it out for the first page.',
  })
}

/** The envelope of a list. */
export function toList<Item, Shown>(page: Page<Item>, show: (item: Item) => Shown) {
  return {
    data: page.items.map(show),
    pagination: {
      nextCursor: page.next === null ? null : encodeBase36(page.next),
      hasMore: page.next !== null,
    },
  }
}
