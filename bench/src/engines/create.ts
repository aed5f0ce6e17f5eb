import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient } from '../client.ts'
import { inParallel } from '../in-parallel.ts'
import { quantile } from '../statistics.ts'
import { createDbaas, type Dbaas } from './dbaas-client.ts'
import { MEASURED, type Measured, SIZE } from './measured.ts'
import { waitWarm } from './servers.ts'
import { timeFirst } from './sessions.ts'

const AT_ONCE = 4

interface Times {
  readonly total: number[]
  /** Until the API had answered all that a login takes. */
  readonly answer: number[]
}
const newTimes = (): Times => ({ total: [], answer: [] })

/** Makes a database and removes it afterwards; answers what a client needs to log in. */
interface Way {
  create(): Promise<{ readonly connectionString: string; remove(): Promise<void> }>
}

function byCroft(croft: Croft, { name }: Measured): Way {
  const { createDatabase, deleteDatabase, waitFor } = createClient(croft)
  return {
    async create() {
      const database = await createDatabase({ name: 'bench', engine: name, size: SIZE })
      if (database.state !== 'ready') await waitFor(database.id, ({ state }) => state === 'ready', 5)
      return { connectionString: database.connectionString, remove: () => deleteDatabase(database.id) }
    },
  }
}

interface DbaasDatabase {
  readonly _links: { readonly self: string }
  readonly endpoint: string
  readonly credentials: readonly string[]
}

/** The user and its password are read with a second call, as the API has it. */
function byDbaas(dbaas: Dbaas, plan: string, environment: string): Way {
  let made = 0
  return {
    async create() {
      made += 1
      const name = `bench ${plan.split('/').at(-2)} ${made}`
      const database = await dbaas.post<DbaasDatabase>('/api/database/', { name, plan, environment })
      const credential = await dbaas.get<{ user: string; password: string }>(database.credentials[0] ?? '')
      const { user, password } = credential
      return {
        connectionString: database.endpoint.replace('<user>', user).replace('<password>', password),
        async remove() {
          // The first puts it into quarantine.
          await dbaas.delete(database._links.self)
          await dbaas.delete(database._links.self)
        },
      }
    },
  }
}

interface PlanPage {
  readonly plan: readonly {
    readonly _links: { readonly self: string }
    readonly name: string
    readonly environments: readonly string[]
  }[]
}

async function openDbaas(croft: Croft, { plan: wanted }: Measured): Promise<Way> {
  const dbaas = createDbaas(croft)
  const { plan: plans } = await dbaas.get<PlanPage>('/api/plan/')
  const plan = plans.find(({ name }) => name === wanted)
  const [environment] = plan?.environments ?? []
  if (!plan || environment === undefined) throw new Error(`There is no plan ${wanted}.`)
  return byDbaas(dbaas, plan._links.self, environment)
}

/** From the request to the first answer of the new database. */
async function createOne(engine: Measured, way: Way, times: Times): Promise<() => Promise<void>> {
  const began = performance.now()
  const { connectionString, remove } = await way.create()
  const answered = performance.now()
  await timeFirst(engine.name, connectionString)
  times.total.push(performance.now() - began)
  times.answer.push(answered - began)
  return remove
}

/** Each engine in turn: one at a time when the pool is full, by both APIs; then many, a few at a time. */
export async function measureCreate(
  croft: Croft,
  { rounds, quick, progress }: Options,
): Promise<readonly Row[]> {
  const lanes = []
  for (const engine of MEASURED) {
    const first = newTimes()
    const croftWay = byCroft(croft, engine)
    // The first loads the engine's client and shows the pool what is wanted; the next run code not compiled yet.
    await (await createOne(engine, croftWay, first))()
    const dbaasWay = await openDbaas(croft, engine)
    for (const way of [croftWay, dbaasWay, croftWay, dbaasWay]) {
      await waitWarm(croft, engine, 0)
      await (await createOne(engine, way, newTimes()))()
    }
    const measured = { croft: newTimes(), dbaas: newTimes(), burst: newTimes() }
    lanes.push({ engine, croftWay, dbaasWay, first: first.total[0] ?? 0, ...measured })
  }
  for (let round = 1; round <= rounds; round++) {
    progress(`create, round ${round}`)
    for (let i = 0; i < (quick ? 2 : 8); i++) {
      for (const { engine, croftWay, dbaasWay, ...times } of lanes) {
        await waitWarm(croft, engine, 0)
        await (await createOne(engine, croftWay, times.croft))()
        await waitWarm(croft, engine, 0)
        await (await createOne(engine, dbaasWay, times.dbaas))()
      }
    }
    for (const { engine, croftWay, burst } of lanes) {
      await waitWarm(croft, engine, 0)
      const removals: (() => Promise<void>)[] = []
      await inParallel(AT_ONCE, quick ? 4 : 20, async () => {
        removals.push(await createOne(engine, croftWay, burst))
      })
      for (const remove of removals) await remove()
    }
  }
  return lanes.flatMap(({ engine, croft, dbaas, burst, first }) => {
    const row = (how: string, { total, answer }: Times, note = '') =>
      toRow({
        what: `create ${engine.title} to the first answer, ${how}`,
        goal: `p50 < ${engine.createMs} ms`,
        unit: 'ms',
        values: total,
        better: 'less',
        limit: { median: engine.createMs },
        note: `the API answered after ${quantile(answer, 0.5).toFixed(1)} ms (median)${note}`,
      })
    return [
      row('warm pool', croft, `; the very first of this Croft took ${first.toFixed(0)} ms`),
      row('warm pool, DBaaS', dbaas, ', database and credential'),
      row(
        `${AT_ONCE} at a time`,
        burst,
        '; the pool holds one server and one directory, the others are made and started',
      ),
    ]
  })
}
