// A process of its own, so that the load does not run in the process that measures something else. Argument: a
// `LookLoad` as JSON; prints a `SelectResult`.
import type { SelectResult } from '../select-load.ts'
import { quantile } from '../statistics.ts'
import type { LookLoad } from './look-load.ts'
import { openSession, type Session } from './sessions.ts'

const load: LookLoad = JSON.parse(process.argv[2] ?? '')
const times: number[] = []
const sessions = await Promise.all(Array.from({ length: load.clients }, () => openSession(load.engine, load)))

async function lookUntil(session: Session, end: number, record: boolean): Promise<void> {
  for (let now = performance.now(); now < end; ) {
    await session.look(1 + Math.floor(Math.random() * load.entries))
    const after = performance.now()
    if (record) times.push(after - now)
    now = after
  }
}

const run = (forMs: number, record: boolean) => {
  const end = performance.now() + forMs
  return Promise.all(sessions.map((session) => lookUntil(session, end, record)))
}
await run(300, false)
const began = performance.now()
await run(load.seconds * 1000, true)
const result: SelectResult = {
  perSecond: times.length / ((performance.now() - began) / 1000),
  medianMs: quantile(times, 0.5),
  p99Ms: quantile(times, 0.99),
  count: times.length,
}
await Promise.all(sessions.map((session) => session.close()))
process.stdout.write(JSON.stringify(result))
