import { setTimeout as sleep } from 'node:timers/promises'
import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient } from '../client.ts'
import { memoryOf, processTree } from '../processes.ts'
import { MEASURED, SIZE } from './measured.ts'
import { serversOf, waitWarm } from './servers.ts'
import { timeFirst } from './sessions.ts'

/** Memory of a server that has been asked once and is idle since (PSS: what servers share counts once). */
export async function measureMemory(
  croft: Croft,
  { rounds, quick, progress }: Options,
): Promise<readonly Row[]> {
  const { createDatabase, deleteDatabase } = createClient(croft)
  const rows: Row[] = []
  const count = quick ? 2 : 10
  for (const engine of MEASURED) {
    progress(`memory of ${engine.title}`)
    await waitWarm(croft, engine, 0)
    const agent = croft.children().agent ?? 0
    const before = memoryOf([agent]).pssMb
    const databases = []
    for (let i = 0; i < count; i++) {
      const wanted = { name: `memory-${i}`, engine: engine.name, size: SIZE, idleTimeoutSeconds: 0 }
      const database = await createDatabase(wanted)
      await timeFirst(engine.name, database.connectionString)
      databases.push(database)
    }
    await waitWarm(croft, engine, count)
    const values: number[] = []
    for (let round = 1; round <= rounds; round++) {
      await sleep(quick ? 500 : 2000)
      const servers = serversOf(croft, engine).map(({ pid }) => pid)
      values.push(memoryOf(servers.flatMap(processTree)).pssMb / servers.length)
    }
    const grown = memoryOf([agent]).pssMb - before
    rows.push(
      toRow({
        what: `memory: per running idle ${engine.title}`,
        goal: 'none set',
        unit: 'MB',
        values,
        better: 'less',
        limit: { median: Number.POSITIVE_INFINITY },
        note: `the servers’ own; the agent grew by ${grown.toFixed(0)} MB over ${count} databases`,
      }),
    )
    for (const { id } of databases) await deleteDatabase(id)
  }
  return rows
}
