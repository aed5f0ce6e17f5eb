import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient, type NewDatabase, timeQuery } from '../client.ts'
import { inParallel } from '../in-parallel.ts'
import { prepareTransfers } from './transfer-load.ts'

const CREATE_AT_ONCE = 2
const LOADED = 20

interface Window {
  readonly archive: { readonly state: string } | null
}

/** Many databases, some of them under load, all of them archived; how long making one takes among them. */
export async function measureManyArchived(croft: Croft, { quick, progress }: Options): Promise<Row> {
  const { createDatabase, request, waitFor } = createClient(croft)
  const count = quick ? 30 : 300
  const made: NewDatabase[] = []
  const times: number[] = []
  const create = async (i: number) => {
    const began = performance.now()
    const database = await createDatabase({ name: `many-${i}` })
    if (database.state !== 'ready') await waitFor(database.id, ({ state }) => state === 'ready', 10)
    times.push(performance.now() - began)
    made.push(database)
  }
  for (let i = 0; i < Math.min(LOADED, count); i++) await create(i)
  for (const { connectionString } of made) await prepareTransfers(connectionString, 1000)
  let writing = true
  const loads = made.slice(0, LOADED).map(async ({ connectionString }) => {
    // A few transactions, then a pause: 20 busy databases that leave the machine room for the others.
    while (writing) {
      await transferOnce(connectionString)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })
  await inParallel(CREATE_AT_ONCE, count - made.length, async (i) => {
    await create(LOADED + i)
    if (i % 50 === 0) progress(`${made.length} databases`)
  })
  for (const { connectionString } of made) await timeQuery(connectionString)
  const states = new Map<string, number>()
  for (const { id } of made) {
    const { archive } = await request<Window>('GET', `/api/croft/v1/databases/${id}/recovery-window`)
    const state = archive?.state ?? 'none'
    states.set(state, (states.get(state) ?? 0) + 1)
  }
  writing = false
  await Promise.all(loads)
  const seen = [...states].map(([state, n]) => `${n} ${state}`).join(', ')
  const good = (states.get('streaming') ?? 0) + (states.get('complete') ?? 0)
  const row = toRow({
    what: `${count} archived databases, ${LOADED} under load: creating one`,
    goal: 'p99 < 1000 ms',
    unit: 'ms',
    values: times,
    better: 'less',
    limit: { median: 1000, p99: 1000 },
    note: `archives: ${seen}`,
  })
  return { ...row, met: row.met && good === count }
}

const transferOnce = (connectionString: string) =>
  timeQuery(
    connectionString,
    `insert into history (account, teller, delta) select i, 1, i from generate_series(1, 20) i`,
  )
