import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listReadable } from './list-readable.ts'

const items = Array.from({ length: 12 }, (_, i) => ({ id: String(i).padStart(2, '0') }))
const read = async (after: string | null, limit: number) =>
  items.filter(({ id }) => after === null || id > after).slice(0, limit)

async function pages(isReadable: (item: { readonly id: string }) => boolean, limit: number) {
  const found: string[][] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listReadable>> = await listReadable(
      { read, exact: false, isReadable },
      { limit, after },
    )
    found.push(page.items.map(({ id }) => id))
    after = page.next
  } while (after !== null)
  return found
}

test('rules that take long make short pages, which miss nothing', async () => {
  const all = await pages((item) => {
    const end = performance.now() + 100
    while (performance.now() < end);
    return item.id !== '03'
  }, 100)
  assert.ok(all.length >= 3, `${all.length} pages`)
  assert.deepEqual(
    all.flat(),
    items.map(({ id }) => id).filter((id) => id !== '03'),
  )
})

test('pages are as long as asked for when they can be', async () => {
  const all = await pages((item) => Number(item.id) % 2 === 0, 4)
  assert.deepEqual(all, [
    ['00', '02', '04', '06'],
    ['08', '10'],
  ])
})
