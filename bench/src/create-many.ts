import { type Benchmark, toRow } from './benchmark.ts'
import { createClient, type NewDatabase, timeQuery } from './client.ts'
import { waitWarm } from './hosts.ts'
import { inParallel } from './in-parallel.ts'
import { quantile } from './statistics.ts'
import { withCroft } from './with-croft.ts'

const AT_ONCE = 4

/** Databases created a few at a time until all are ready; each is asked something afterwards. */
export const createMany: Benchmark = {
  name: 'create-many',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { createDatabase, deleteDatabase, waitFor } = createClient(croft)
      const count = quick ? 20 : 100
      const rates: number[] = []
      const times: number[] = []
      const failures: string[] = []
      for (let round = 1; round <= rounds; round++) {
        await waitWarm(croft, { databases: 0, running: 0 })
        const made: NewDatabase[] = []
        const began = performance.now()
        await inParallel(AT_ONCE, count, async (i) => {
          const start = performance.now()
          try {
            const database = await createDatabase({ name: `many-${i}` })
            made.push(database)
            if (database.state !== 'ready') await waitFor(database.id, ({ state }) => state === 'ready')
            times.push(performance.now() - start)
          } catch (error) {
            failures.push(String(error))
          }
        })
        rates.push(count / ((performance.now() - began) / 1000))
        progress(`round ${round}: ${rates.at(-1)?.toFixed(1)} a second`)
        await inParallel(AT_ONCE, made.length, async (i) => {
          const database = made[i]
          if (!database) return
          await timeQuery(database.connectionString).catch((error) => failures.push(String(error)))
          await deleteDatabase(database.id)
        })
      }
      const row = toRow({
        what: `${count} databases created ${AT_ONCE} at a time`,
        goal: '> 15 a second, no failure',
        unit: '/s',
        values: rates,
        better: 'more',
        limit: { median: 15 },
        note: `one took ${quantile(times, 0.5).toFixed(0)} ms (median), ${quantile(times, 0.99).toFixed(0)} ms (p99); ${failures.length} failures${failures[0] ? `, e.g. ${failures[0]}` : ''}`,
      })
      return [{ ...row, met: row.met && failures.length === 0 }]
    }),
}
