import type { Croft } from '../../conformance/harness/croft.ts'
import { type Benchmark, type Options, toRow } from './benchmark.ts'
import { createClient, timeQuery } from './client.ts'
import { waitWarm } from './hosts.ts'
import { quantile } from './statistics.ts'
import { withCroft } from './with-croft.ts'

interface NewProject {
  readonly data: {
    readonly id: string
    readonly database: { readonly status: string; readonly connectionString: string }
  }
}

interface Times {
  readonly total: number[]
  /** Until the API had answered. */
  readonly answer: number[]
  late: number
}

/** From the request to the first answer of the new database, by the string that the API returned. */
async function createOne(croft: Croft, times: Times): Promise<void> {
  const { request } = createClient(croft)
  const began = performance.now()
  const { data } = await request<NewProject>('POST', '/v1/projects', { name: 'bench' })
  const answered = performance.now()
  if (data.database.status !== 'ready') times.late += 1
  await timeQuery(data.database.connectionString)
  times.total.push(performance.now() - began)
  times.answer.push(answered - began)
  await request('DELETE', `/v1/projects/${data.id}`)
}

const newTimes = (): Times => ({ total: [], answer: [], late: 0 })

function note({ answer, late }: Times): string {
  const ms = quantile(answer, 0.5).toFixed(1)
  return `answered after ${ms} ms (median); ${late} answered before it was ready`
}

async function measure(warm: Croft, cold: Croft, { rounds, quick, progress }: Options) {
  const inWarm = newTimes()
  const inCold = newTimes()
  // The first requests of a process run code that is not compiled yet: they belong to no round.
  for (const croft of [warm, cold, warm, cold]) await createOne(croft, newTimes())
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round}`)
    for (let i = 0; i < (quick ? 4 : 20); i++) {
      await waitWarm(warm, { databases: 0, running: 0 })
      await createOne(warm, inWarm)
    }
    for (let i = 0; i < (quick ? 2 : 8); i++) await createOne(cold, inCold)
  }
  const what = 'POST /v1/projects to the first query'
  return [
    toRow({
      what: `${what}, warm pool`,
      goal: 'p50 < 60 ms, p99 < 250 ms',
      unit: 'ms',
      values: inWarm.total,
      better: 'less',
      limit: { median: 60, p99: 250 },
      note: note(inWarm),
    }),
    toRow({
      what: `${what}, cold pool`,
      goal: 'p50 < 600 ms',
      unit: 'ms',
      values: inCold.total,
      better: 'less',
      limit: { median: 600 },
      note: note(inCold),
    }),
  ]
}

/** Two platforms side by side, one of them without a pool, in turn. */
export const createProject: Benchmark = {
  name: 'create-project',
  run: (options) =>
    withCroft({}, (warm) =>
      withCroft({ CROFT_WARM_SERVERS: '0', CROFT_WARM_DIRECTORIES: '0' }, (cold) =>
        measure(warm, cold, options),
      ),
    ),
}
