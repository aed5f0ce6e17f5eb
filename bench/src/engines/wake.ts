import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient, type NewDatabase } from '../client.ts'
import { MEASURED, SIZE } from './measured.ts'
import { timeFirst } from './sessions.ts'

/** Login and first answer of a sleeping database. Several sleep at a time, for falling asleep takes seconds. */
export async function measureWake(
  croft: Croft,
  { rounds, quick, progress }: Options,
): Promise<readonly Row[]> {
  const { createDatabase, deleteDatabase, request, waitFor } = createClient(croft)
  const lanes: { engine: (typeof MEASURED)[number]; databases: NewDatabase[]; times: number[] }[] = []
  for (const engine of MEASURED) {
    const databases = []
    for (let i = 0; i < (quick ? 2 : 6); i++)
      databases.push(await createDatabase({ name: `wake-${i}`, engine: engine.name, size: SIZE }))
    lanes.push({ engine, databases, times: [] })
  }
  const all = lanes.flatMap(({ databases }) => databases)
  const setIdleTimeout = (id: string, idleTimeoutSeconds: number) =>
    request('PATCH', `/api/croft/v1/databases/${id}`, { idleTimeoutSeconds })
  for (let round = 1; round <= rounds; round++) {
    progress(`wake, round ${round}`)
    for (const { id } of all) await setIdleTimeout(id, 1)
    for (const { id } of all) await waitFor(id, ({ power }) => power === 'asleep')
    // None falls asleep while others are measured; 0 would wake them all at once.
    for (const { id } of all) await setIdleTimeout(id, 3600)
    for (const { id } of all) await waitFor(id, ({ power }) => power === 'asleep')
    for (const [index] of (lanes[0]?.databases ?? []).entries()) {
      for (const { engine, databases, times } of lanes) {
        const database = databases[index]
        if (database) times.push(await timeFirst(engine.name, database.connectionString))
      }
    }
  }
  for (const { id } of all) await deleteDatabase(id)
  return lanes.map(({ engine, times }) =>
    toRow({
      what: `wake: login and first answer of a sleeping ${engine.title}`,
      goal: `p50 < ${engine.wakeMs} ms`,
      unit: 'ms',
      values: times,
      better: 'less',
      limit: { median: engine.wakeMs },
    }),
  )
}
