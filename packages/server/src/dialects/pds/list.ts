import type { SortedPage, SortedPageRequest } from '../../domain/sorted-page.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'

/** Official clients list without a limit and expect to see everything. */
const MOST = 5000

export interface ListQuery {
  readonly limit?: string
  readonly continuation?: string
  readonly sort_by?: string
}

const fault = (path: string, message: string) =>
  new CroftError('invalid-input', `The query is not valid: ${path} ${message}.`, {
    fields: [{ path: `/${path}`, message }],
  })

/** The page that a query asks for. A token remembers by what its list was sorted. Throws `invalid-input`. */
export function readList(
  { limit = String(MOST), continuation, sort_by }: ListQuery,
  attributes: readonly string[],
  otherwise = 'created_at',
): SortedPageRequest {
  if (!/^\d{1,9}$/.test(limit) || Number(limit) < 1) throw fault('limit', 'must be a number from 1 on')
  const descending = sort_by?.startsWith('-') === true
  const named = descending ? sort_by?.slice(1) : sort_by
  const sort = named || (attributes.includes(otherwise) ? otherwise : (attributes[0] ?? otherwise))
  if (!attributes.includes(sort)) throw fault('sort_by', `must be one of ${attributes.join(', ')}`)
  return {
    ...{ sort, descending },
    limit: Math.min(Number(limit), MOST),
    after: continuation ? readToken(continuation, `${descending ? '-' : ''}${sort}`) : null,
  }
}

function readToken(token: string, order: string): SortedPageRequest['after'] {
  try {
    const [of, value, id]: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (typeof value === 'string' && typeof id === 'string' && isUuid(id) && of === order)
      return { value, id }
  } catch {
    // Told below, whatever is wrong with it.
  }
  throw fault('continuation', `must be that of the page before, which was sorted by ${order}`)
}

/** The envelope of a page. */
export function toPage<Item, Shown>(
  { sort, descending }: SortedPageRequest,
  { items, next }: SortedPage<Item>,
  show: (item: Item) => Shown,
): { data: Shown[]; pagination?: { continuation: string } } {
  const data = items.map(show)
  if (next === null) return { data }
  const token = JSON.stringify([`${descending ? '-' : ''}${sort}`, next.value, next.id])
  return { data, pagination: { continuation: Buffer.from(token).toString('base64url') } }
}
