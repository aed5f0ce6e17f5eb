import { type Benchmark, toRow } from './benchmark.ts'
import { createClient, timeQuery } from './client.ts'
import { withCroft } from './with-croft.ts'

/** Connect and `select 1` on a sleeping database. Several sleep at a time, for falling asleep takes seconds. */
export const wake: Benchmark = {
  name: 'wake',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { createDatabase, request, waitFor } = createClient(croft)
      const databases = []
      for (let i = 0; i < (quick ? 3 : 10); i++) databases.push(await createDatabase({ name: `wake-${i}` }))
      const times: number[] = []
      for (let round = 1; round <= rounds; round++) {
        progress(`round ${round}`)
        for (const { id } of databases) await setIdleTimeout(id, 1)
        for (const { id } of databases) await waitFor(id, ({ power }) => power === 'asleep')
        // None falls asleep while others are measured; 0 would wake them all at once.
        for (const { id } of databases) await setIdleTimeout(id, 3600)
        for (const { id } of databases) await waitFor(id, ({ power }) => power === 'asleep')
        for (const { connectionString } of databases) times.push(await timeQuery(connectionString))
      }
      return [
        toRow({
          what: 'wake: connect + select 1 on a sleeping database',
          goal: 'p50 < 120 ms',
          unit: 'ms',
          values: times,
          better: 'less',
          limit: { median: 120 },
        }),
      ]

      async function setIdleTimeout(id: string, seconds: number): Promise<void> {
        await request('PATCH', `/api/croft/v1/databases/${id}`, { idleTimeoutSeconds: seconds })
      }
    }),
}
