import { setTimeout as sleep } from 'node:timers/promises'
import { type Benchmark, toRow } from './benchmark.ts'
import { createClient, timeQuery } from './client.ts'
import { tenantServers, waitWarm } from './hosts.ts'
import { memoryOf, processTree } from './processes.ts'
import { median } from './statistics.ts'
import { withCroft } from './with-croft.ts'

/** Longer than a garbage collector lets what a burst of requests has left lie. */
const SETTLE_MS = 5000

/** Memory of all processes together (PSS, so that what they share counts once). */
export const memory: Benchmark = {
  name: 'memory',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { createDatabase, request, waitFor } = createClient(croft)
      const count = quick ? 5 : 40
      const settle = () => sleep(quick ? 500 : SETTLE_MS)
      const total = () => memoryOf(processTree(croft.pid))
      await waitWarm(croft, { databases: 0, running: 0 })
      const idle: number[] = []
      for (let round = 1; round <= rounds; round++) {
        await settle()
        idle.push(total().pssMb)
      }
      const warm = tenantServers(croft).map(({ pid }) => pid)
      const before = total()
      const parts = Object.entries(croft.children()).map(([name, pid]) => {
        // The agent's tree would count the servers of the warm pool as well.
        const pids = name === 'agent' ? [pid] : processTree(pid)
        return `${name} ${memoryOf(pids).pssMb.toFixed(0)}`
      })
      parts.push(`launcher ${memoryOf([croft.pid]).pssMb.toFixed(0)}`)
      parts.push(`${warm.length} warm servers ${memoryOf(warm.flatMap(processTree)).pssMb.toFixed(0)}`)

      const databases = []
      for (let i = 0; i < count; i++) databases.push(await createDatabase({ name: `memory-${i}` }))
      const sleeping: number[] = []
      const running: number[] = []
      for (let round = 1; round <= rounds; round++) {
        progress(`round ${round}`)
        for (const { id } of databases) {
          await request('PATCH', `/api/croft/v1/databases/${id}`, { idleTimeoutSeconds: 1 })
        }
        for (const { id } of databases) await waitFor(id, ({ power }) => power === 'asleep')
        await waitWarm(croft, { databases: count, running: 0 })
        await settle()
        const asleep = total()
        sleeping.push((asleep.pssMb - before.pssMb) / count)
        for (const { id, connectionString } of databases) {
          await request('PATCH', `/api/croft/v1/databases/${id}`, { idleTimeoutSeconds: 0 })
          await timeQuery(connectionString)
        }
        await settle()
        running.push((total().pssMb - asleep.pssMb) / count)
      }
      return [
        toRow({
          what: 'memory: everything idle with 0 databases',
          goal: '< 300 MB',
          unit: 'MB',
          values: idle,
          better: 'less',
          limit: { median: 300 },
          note: `PSS in MB: ${parts.join(', ')}; RSS ${before.rssMb.toFixed(0)} MB counts shared pages many times`,
          why: 'three Node processes have heaps of 60 to 100 MB each; launcher and agent are candidates for lazier imports',
        }),
        toRow({
          what: 'memory: per sleeping database',
          goal: '~0 MB (taken as < 0.5)',
          unit: 'MB',
          values: sleeping,
          better: 'less',
          limit: { median: 0.5 },
          note: `growth of all processes after ${count} databases were made, over ${count}; mostly heaps that warm up (${median(sleeping.map((each) => each * count)).toFixed(0)} MB in all)`,
          why: 'a sleeping database has no process; what grows is the heaps of server and agent that warm up over the creations',
        }),
        toRow({
          what: 'memory: per running idle database',
          goal: '< 12 MB',
          unit: 'MB',
          values: running,
          better: 'less',
          limit: { median: 12 },
        }),
      ]
    }),
}
