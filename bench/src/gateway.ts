import { type Benchmark, toRow } from './benchmark.ts'
import { createClient, timeQuery } from './client.ts'
import { directUrl } from './hosts.ts'
import { cpuSeconds } from './processes.ts'
import { type SelectResult, selectLoad } from './select-load.ts'
import { median } from './statistics.ts'
import { withCroft } from './with-croft.ts'

const ROWS = 100_000

interface Run extends SelectResult {
  /** Of the agent and all servers below it, per 1000 statements. */
  readonly cpu: number
}

/** The same load through the gateway and over the server's own socket, in turn. */
export const gateway: Benchmark = {
  name: 'gateway',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { connectionString } = await createClient(croft).createDatabase({ name: 'gateway' })
      await timeQuery(
        connectionString,
        `create table accounts as select i as id, 0 as balance, repeat(' ', 84) as filler
           from generate_series(1, ${ROWS}) i;
         alter table accounts add primary key (id); analyze accounts`,
      )
      const direct = await directUrl(croft, connectionString)
      const agent = croft.children().agent ?? 0
      const seconds = quick ? 1 : 4
      const run = async (through: string, clients: number): Promise<Run> => {
        const before = cpuSeconds([agent])
        const result = await selectLoad({ connectionString: through, clients, seconds, rows: ROWS })
        return { ...result, cpu: ((cpuSeconds([agent]) - before) / result.count) * 1000 }
      }
      const added: number[] = []
      const shares: number[] = []
      const all: Record<'one' | 'oneDirect' | 'eight' | 'eightDirect', Run[]> = {
        one: [],
        oneDirect: [],
        eight: [],
        eightDirect: [],
      }
      for (let round = 1; round <= rounds; round++) {
        const one = await run(connectionString, 1)
        const oneDirect = await run(direct, 1)
        const eight = await run(connectionString, 8)
        const eightDirect = await run(direct, 8)
        added.push(one.medianMs - oneDirect.medianMs)
        shares.push((eight.perSecond / eightDirect.perSecond) * 100)
        all.one.push(one)
        all.oneDirect.push(oneDirect)
        all.eight.push(eight)
        all.eightDirect.push(eightDirect)
        progress(`round ${round}: +${added.at(-1)?.toFixed(3)} ms, ${shares.at(-1)?.toFixed(1)} %`)
      }
      const middle = (runs: readonly Run[], field: keyof Run) => median(runs.map((each) => each[field]))
      return [
        toRow({
          what: 'gateway: throughput of 8 clients, of that over the server’s socket',
          goal: '> 85 %',
          unit: '%',
          values: shares,
          better: 'more',
          limit: { median: 85 },
          note: `${middle(all.eight, 'perSecond').toFixed(0)}/s against ${middle(all.eightDirect, 'perSecond').toFixed(0)}/s; CPU seconds of agent and server per 1000: ${middle(all.eight, 'cpu').toFixed(3)} against ${middle(all.eightDirect, 'cpu').toFixed(3)}`,
          why: 'client, gateway and PostgreSQL share the cores, and a statement costs the gateway two reads and two writes, about as much CPU as the server spends on it; a bare proxy in Node costs the same',
        }),
        toRow({
          what: 'gateway: added to the median latency of 1 client',
          goal: '< 0.1 ms',
          unit: 'ms',
          values: added,
          better: 'less',
          limit: { median: 0.1 },
          note: `${middle(all.one, 'medianMs').toFixed(3)} ms (p99 ${middle(all.one, 'p99Ms').toFixed(3)}) against ${middle(all.oneDirect, 'medianMs').toFixed(3)} ms (p99 ${middle(all.oneDirect, 'p99Ms').toFixed(3)})`,
        }),
      ]
    }),
}
