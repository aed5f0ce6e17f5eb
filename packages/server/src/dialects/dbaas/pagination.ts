import type { NumberedPage, WhichPage } from '../../domain/aliases/index.ts'
import type { Kind } from './endpoint.ts'
import { notFound } from './errors.ts'
import type { Hal } from './hal.ts'

const DEFAULT_SIZE = 10
const LARGEST = 100

/** Which page a query asks for: a size that is none means ten, a page that is none is not there. */
export function readPage(query: Readonly<Record<string, string>>): WhichPage {
  const asked = Number(query.page_size)
  const size = Number.isInteger(asked) && asked > 0 ? Math.min(asked, LARGEST) : DEFAULT_SIZE
  const { page = '1' } = query
  if (page === 'last') return { dialect: 'dbaas', page, size }
  if (!/^0*[1-9]\d{0,8}$/.test(page)) throw notFound()
  return { dialect: 'dbaas', page: Number(page), size }
}

/** A page of what is all at hand. */
export function cutPage<Item>(items: readonly Item[], { page, size }: WhichPage): NumberedPage<Item> | null {
  const last = Math.max(1, Math.ceil(items.length / size))
  const number = page === 'last' ? last : page
  if (number < 1 || number > last) return null
  return { count: items.length, page: number, items: items.slice((number - 1) * size, number * size) }
}

/** The address of another page: what else the query says is kept. */
function withPage(url: string, page: number): string {
  const { origin, pathname, searchParams } = new URL(url)
  const others = Array.from(searchParams).filter(([name]) => name !== 'page')
  return `${origin}${pathname}?${new URLSearchParams([['page', String(page)], ...others])}`
}

/** A list as this API answers it. */
export function presentPage<Item>(
  kind: Kind,
  url: string,
  found: NumberedPage<Item> | null,
  { size }: WhichPage,
  present: (item: Item) => Hal,
): Hal {
  if (found === null) throw notFound()
  const { count, page, items } = found
  const links = {
    count,
    self: url,
    previous: page > 1 ? withPage(url, page - 1) : null,
    next: page * size < count ? withPage(url, page + 1) : null,
  }
  return { _links: links, [kind]: items.map(present) }
}
