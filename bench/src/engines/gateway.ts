import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient } from '../client.ts'
import { cpuSeconds } from '../processes.ts'
import type { SelectResult } from '../select-load.ts'
import { median } from '../statistics.ts'
import { lookLoad } from './look-load.ts'
import { MEASURED, type Measured, SIZE } from './measured.ts'
import { socketOf } from './servers.ts'
import { openSession, type Place } from './sessions.ts'
import { withProxy } from './with-proxy.ts'

const ENTRIES = 100_000

interface Run extends SelectResult {
  /** Of the agent and all servers below it, per 1000 look-ups. */
  readonly cpu: number
}

/** The same load through the engine's gateway, through a bare proxy and over the server's own socket, in turn. */
export async function measureGateways(croft: Croft, options: Options): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const engine of MEASURED) rows.push(...(await measureGateway(croft, engine, options)))
  return rows
}

async function measureGateway(
  croft: Croft,
  engine: Measured,
  { rounds, quick, progress }: Options,
): Promise<readonly Row[]> {
  const { createDatabase, deleteDatabase } = createClient(croft)
  const { id, connectionString } = await createDatabase({
    name: 'gateway',
    engine: engine.name,
    size: SIZE,
    idleTimeoutSeconds: 0,
  })
  const through = { connectionString, socket: null }
  const session = await openSession(engine.name, through)
  await session.fill(ENTRIES)
  await session.close()
  const direct = { connectionString, socket: await socketOf(croft, engine, connectionString) }
  const agent = croft.children().agent ?? 0
  const run = async (place: Place, clients: number): Promise<Run> => {
    const before = cpuSeconds([agent])
    const load = { ...place, engine: engine.name, clients, entries: ENTRIES, seconds: quick ? 1 : 3 }
    const result = await lookLoad(load)
    return { ...result, cpu: ((cpuSeconds([agent]) - before) / result.count) * 1000 }
  }
  const one: Run[] = []
  const oneDirect: Run[] = []
  const eight: Run[] = []
  const eightDirect: Run[] = []
  const eightBare: Run[] = []
  await withProxy(direct.socket, connectionString, async (bare) => {
    for (let round = 1; round <= rounds; round++) {
      one.push(await run(through, 1))
      oneDirect.push(await run(direct, 1))
      eight.push(await run(through, 8))
      eightBare.push(await run({ connectionString: bare, socket: null }, 8))
      eightDirect.push(await run(direct, 8))
      const [rate, direct8, bare8] = [eight, eightDirect, eightBare].map((runs) =>
        runs.at(-1)?.perSecond.toFixed(0),
      )
      progress(
        `gateway of ${engine.title}, round ${round}: ${rate}/s, bare proxy ${bare8}/s, socket ${direct8}/s`,
      )
    }
  })
  await deleteDatabase(id)
  const middle = (runs: readonly Run[], field: keyof Run) => median(runs.map((each) => each[field]))
  const eachRound = (work: (index: number) => number) => one.map((_, index) => work(index))
  return [
    toRow({
      what: `gateway of ${engine.title}: throughput of 8 clients, of that over the socket`,
      goal: '> 85 %, as PostgreSQL’s',
      unit: '%',
      values: eachRound((i) => ((eight[i]?.perSecond ?? 0) / (eightDirect[i]?.perSecond ?? 0)) * 100),
      better: 'more',
      limit: { median: 85 },
      note: `${middle(eight, 'perSecond').toFixed(0)}/s against ${middle(eightDirect, 'perSecond').toFixed(0)}/s, and ${middle(eightBare, 'perSecond').toFixed(0)}/s through a proxy in Node that only copies; CPU seconds of agent and server per 1000: ${middle(eight, 'cpu').toFixed(3)} against ${middle(eightDirect, 'cpu').toFixed(3)}`,
      why: 'client, gateway and server share the cores, and a look-up costs the gateway two reads and two writes, more CPU than the server itself spends on it; the peer is a proxy that only copies',
    }),
    toRow({
      what: `gateway of ${engine.title}: added to the median latency of 1 client`,
      goal: '< 0.1 ms, as PostgreSQL’s',
      unit: 'ms',
      values: eachRound((i) => (one[i]?.medianMs ?? 0) - (oneDirect[i]?.medianMs ?? 0)),
      better: 'less',
      limit: { median: 0.1 },
      note: `${middle(one, 'medianMs').toFixed(3)} ms (p99 ${middle(one, 'p99Ms').toFixed(3)}) against ${middle(oneDirect, 'medianMs').toFixed(3)} ms (p99 ${middle(oneDirect, 'p99Ms').toFixed(3)})`,
    }),
  ]
}
