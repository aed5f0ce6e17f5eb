import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { metadataUrl } from '../hosts.ts'
import { createDbaas } from './dbaas-client.ts'
import { copyDatabases } from './many-rows.ts'

const COUNT = 1000
const PAGE_SIZES = [10, 100]

interface Page {
  readonly _links: { readonly count: number; readonly next: string | null }
  readonly database: readonly { readonly endpoint: string | null; readonly credentials: readonly string[] }[]
}

interface Plans {
  readonly plan: readonly {
    readonly _links: { readonly self: string }
    readonly environments: readonly string[]
  }[]
}

/** All pages of 1,000 databases of three engines over the DBaaS API, from link to link as its clients go. */
export async function measureList(
  croft: Croft,
  { rounds, quick, progress }: Options,
): Promise<readonly Row[]> {
  const { get, post } = createDbaas(croft)
  const { plan: plans } = await get<Plans>('/api/plan/')
  for (const [index, { _links, environments }] of plans.entries()) {
    const [environment] = environments
    await post('/api/database/', { name: `original ${index}`, plan: _links.self, environment })
  }
  progress(`adding ${COUNT - plans.length} databases`)
  await copyDatabases(metadataUrl(croft), COUNT)
  const timed = new Map(PAGE_SIZES.map((size) => [size, [] as number[]]))
  // The first requests of a process run code that is not compiled yet: they belong to no round.
  for (const size of PAGE_SIZES) await walk(size, 20)
  for (let round = 1; round <= rounds; round++) {
    progress(`list, round ${round}`)
    for (const [size, times] of timed) times.push(...(await walk(size, quick ? 10 : COUNT)))
  }
  return [...timed].map(([size, values]) =>
    toRow({
      what: `DBaaS: a page of ${size} of ${COUNT} databases`,
      goal: 'p50 < 30 ms',
      unit: 'ms',
      values,
      better: 'less',
      limit: { median: 30 },
      note: `over HTTP, first page to last; ${plans.length} are real, the others are copies of their rows`,
    }),
  )

  async function walk(size: number, pages: number): Promise<number[]> {
    const times: number[] = []
    let next: string | null = `/api/database/?page_size=${size}`
    while (next !== null && times.length < pages) {
      const began = performance.now()
      const page: Page = await get(next)
      times.push(performance.now() - began)
      if (page._links.count !== COUNT || page.database.some(({ endpoint }) => endpoint === null))
        throw new Error(`The list is not as expected: ${JSON.stringify(page._links)}`)
      next = page._links.next
    }
    return times
  }
}
