import type { Page, PageRequest } from '../../domain/page.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'

const DEFAULT_LIMIT = 100

/** Throws `invalid-input` for a cursor that no list gave. */
export function readPage(query: { limit?: number | undefined; cursor?: string | undefined }): PageRequest {
  const { limit, cursor } = query
  if (cursor !== undefined && !isUuid(cursor)) {
    throw new CroftError('invalid-input', 'The cursor is not one that a list gave.', {
      fields: [{ path: '/cursor', message: 'must be a nextCursor of this list' }],
    })
  }
  return { limit: limit ?? DEFAULT_LIMIT, after: cursor ?? null }
}

export function presentPage<Item, Body>(page: Page<Item>, present: (item: Item) => Body) {
  return {
    data: page.items.map(present),
    pagination: { nextCursor: page.next, hasMore: page.next !== null },
  }
}
