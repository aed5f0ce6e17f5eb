// A process of its own, so that the load does not run in the process that measures something else. Argument: a
// `SelectLoad` as JSON; prints a `SelectResult`.
import pg from 'pg'
import type { SelectLoad, SelectResult } from './select-load.ts'
import { quantile } from './statistics.ts'

const { connectionString, clients, seconds, rows }: SelectLoad = JSON.parse(process.argv[2] ?? '')
const times: number[] = []
const connected = await Promise.all(
  Array.from({ length: clients }, async () => {
    const client = new pg.Client({ connectionString })
    await client.connect()
    return client
  }),
)

async function selectUntil(client: pg.Client, end: number, record: boolean): Promise<void> {
  for (let now = performance.now(); now < end; ) {
    const id = 1 + Math.floor(Math.random() * rows)
    await client.query({ name: 'one', text: 'select balance from accounts where id = $1', values: [id] })
    const after = performance.now()
    if (record) times.push(after - now)
    now = after
  }
}

const run = (forMs: number, record: boolean) => {
  const end = performance.now() + forMs
  return Promise.all(connected.map((client) => selectUntil(client, end, record)))
}
await run(300, false)
const began = performance.now()
await run(seconds * 1000, true)
const result: SelectResult = {
  perSecond: times.length / ((performance.now() - began) / 1000),
  medianMs: quantile(times, 0.5),
  p99Ms: quantile(times, 0.99),
  count: times.length,
}
await Promise.all(connected.map((client) => client.end()))
process.stdout.write(JSON.stringify(result))
