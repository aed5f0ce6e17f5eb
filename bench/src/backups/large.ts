import { setTimeout as sleep } from 'node:timers/promises'
import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient, timeQuery } from '../client.ts'
import { median } from '../statistics.ts'
import { fill, MB } from './fill.ts'
import { writeLog } from './write-log.ts'

const POLL_MS = 20

interface Backup {
  readonly id: string
  readonly state: string
  readonly error: string | null
  readonly sizeBytes: number | null
  readonly storedBytes: number | null
}

/** Backup, restore (to a moment, in place, into a new database) and clone of one large database, in turn. */
export async function measureLarge(croft: Croft, { rounds, quick, progress }: Options): Promise<Row[]> {
  const { createDatabase, deleteDatabase, request, waitFor } = createClient(croft)
  const database = await createDatabase({ name: 'large', idleTimeoutSeconds: 0 })
  const { id, connectionString } = database
  const megabytes = quick ? 100 : 1000
  progress(`filling ${megabytes} MB`)
  await fill(connectionString, megabytes)
  const isReady = ({ state }: { state: string }) => state === 'ready'
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now()
    await work()
    return (performance.now() - began) / 1000
  }

  async function takeBackup(): Promise<Backup> {
    let taken = await request<Backup>('POST', `/api/croft/v1/databases/${id}/backups`)
    while (taken.state === 'running') {
      await sleep(POLL_MS)
      taken = await request<Backup>('GET', `/api/croft/v1/backups/${taken.id}`)
    }
    if (taken.state !== 'completed') throw new Error(`The backup has failed: ${taken.error}`)
    return taken
  }

  /** Made from something else, until its first query. */
  async function timeCopy(name: string, source: object): Promise<number> {
    let copy: string | undefined
    const took = await timed(async () => {
      const created = await createDatabase({ name, source, idleTimeoutSeconds: 0 })
      copy = created.id
      if (!isReady(created)) await waitFor(created.id, isReady, POLL_MS)
      await timeQuery(created.connectionString, 'select id from items where id = 1')
    })
    if (copy) await deleteDatabase(copy)
    return took
  }

  /** Some log after a backup, and a moment after it. */
  async function timeMoment(): Promise<number> {
    // An in-place restore has begun a new archive, which needs a backup of its own.
    await takeBackup()
    await writeLog(connectionString, (quick ? 10 : 100) * MB)
    const at = new Date(Date.now()).toISOString()
    await sleep(1500)
    return timeCopy('moment', { type: 'database', databaseId: id, at })
  }

  const rates: number[] = []
  const times = {
    restored: [] as number[],
    inPlace: [] as number[],
    cloned: [] as number[],
    moment: [] as number[],
  }
  const sizes: string[] = []
  for (let round = 1; round <= rounds; round++) {
    let taken: Backup | undefined
    const took = await timed(async () => {
      taken = await takeBackup()
    })
    if (!taken) throw new Error('no backup')
    const bytes = taken.sizeBytes ?? 0
    rates.push(bytes / MB / took)
    const stored = (taken.storedBytes ?? 0) / MB
    sizes.push(`${(bytes / MB).toFixed(0)} MB, ${stored.toFixed(0)} MB stored, in ${took.toFixed(1)} s`)
    const source = { type: 'backup', databaseId: id, backupId: taken.id }
    times.restored.push(await timeCopy('restored', source))
    times.cloned.push(await timeCopy('cloned', { type: 'database', databaseId: id }))
    const { backupId } = source
    const inPlace = await timed(async () => {
      await request('POST', `/api/croft/v1/databases/${id}/restore`, { backupId })
      await waitFor(id, isReady, POLL_MS)
      await timeQuery(connectionString, 'select id from items where id = 1')
    })
    times.inPlace.push(inPlace)
    times.moment.push(await timeMoment())
    progress(
      `round ${round}: ${rates.at(-1)?.toFixed(0)} MB/s, restore ${times.restored.at(-1)?.toFixed(1)} s, clone ${times.cloned.at(-1)?.toFixed(1)} s, in place ${inPlace.toFixed(1)} s, to a moment ${times.moment.at(-1)?.toFixed(1)} s`,
    )
  }
  const size = quick ? '0.1 GB' : '1 GB'
  const seconds = (what: string, values: readonly number[]) =>
    toRow({
      what: `${what} of a ${size} database`,
      goal: '< 6 s',
      unit: 's',
      values,
      better: 'less',
      limit: { median: 6 },
    })
  return [
    toRow({
      what: `backup of a ${size} database`,
      goal: '> 200 MB/s',
      unit: 'MB/s',
      values: rates,
      better: 'more',
      limit: { median: 200 },
      note: `${sizes[0]}; median rate ${median(rates).toFixed(0)} MB/s of data before compression`,
    }),
    seconds('restore into a new database', times.restored),
    seconds('restore in place', times.inPlace),
    seconds('clone', times.cloned),
    toRow({
      what: `restore to a moment: ${size} base, ${quick ? 10 : 100} MB of log`,
      goal: '< 8 s',
      unit: 's',
      values: times.moment,
      better: 'less',
      limit: { median: 8 },
    }),
  ]
}
