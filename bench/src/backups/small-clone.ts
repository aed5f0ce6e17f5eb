import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient, timeQuery } from '../client.ts'
import { fill } from './fill.ts'

/** A copy of a database of 100 MB, from the call to the first query. */
export async function measureSmallClone(croft: Croft, { rounds, progress }: Options): Promise<Row> {
  const { createDatabase, deleteDatabase, waitFor } = createClient(croft)
  const { id, connectionString } = await createDatabase({ name: 'small', idleTimeoutSeconds: 0 })
  await fill(connectionString, 100)
  const values: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now()
    const copy = await createDatabase({ name: 'copy', source: { type: 'database', databaseId: id } })
    if (copy.state !== 'ready') await waitFor(copy.id, ({ state }) => state === 'ready', 10)
    await timeQuery(copy.connectionString, 'select id from items where id = 1')
    values.push((performance.now() - began) / 1000)
    progress(`clone of 100 MB, round ${round}: ${values.at(-1)?.toFixed(2)} s`)
    await deleteDatabase(copy.id)
  }
  await deleteDatabase(id)
  return toRow({
    what: 'clone of a 100 MB database',
    goal: '< 1 s',
    unit: 's',
    values,
    better: 'less',
    limit: { median: 1 },
  })
}
