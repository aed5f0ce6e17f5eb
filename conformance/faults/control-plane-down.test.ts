import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase, recoveryWindow } from '../backups/own.ts'
import { filesBelow } from '../backups/plain-postgres.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { own } from './api.ts'
import { databaseServers, kill } from './processes.ts'
import { query } from './query.ts'
import { WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'
import { startWriter } from './writers.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
before(async () => {
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_IDLE_TIMEOUT_SECONDS: '2' })
})
after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

const pieces = async () =>
  (await filesBelow(join(dataDirectory, 'backups'))).filter((path) => /\/log\/[^/]+\.zst$/.test(path)).length

test('while the control plane does not answer, databases, archive and gateway go on', async (t) => {
  const busy = await createDatabase(croft, { name: 'busy' })
  const sleeper = await createDatabase(croft, { name: 'sleeper' })
  await query(sleeper.connectionString, 'create table kept as select 7 as n')
  await until(async () => {
    const { power } = await own<{ power: string }>(croft, 200, 'GET', `/databases/${sleeper.id}`)
    assert.equal(power, 'asleep')
  }, 30_000)

  const { server = 0, metadata = 0 } = croft.children()
  const resume = () => {
    for (const pid of [server, metadata]) kill(pid, 'SIGCONT')
  }
  t.after(resume)
  kill(server, 'SIGSTOP')
  kill(metadata, 'SIGSTOP')

  const writer = await startWriter(busy.connectionString)
  const before = await pieces()
  await until(() => assert.ok(writer.acknowledged() > 50), 20_000)
  await until(async () => assert.ok((await pieces()) > before, 'nothing is archived'), 20_000)
  assert.deepEqual(await query(sleeper.connectionString, 'select n from kept'), [{ n: 7 }])
  const at = new Date()
  await sleep(50)
  await writer.stop()
  await query(busy.connectionString, 'delete from written')
  assert.ok(databaseServers(dataDirectory).length >= 1)

  resume()
  // What was written while it was away can be gone back to.
  await until(async () => {
    const { spans } = await recoveryWindow(croft, busy.id)
    assert.ok(
      spans.some(({ from, to }) => new Date(from) <= at && at <= new Date(to)),
      JSON.stringify(spans),
    )
  }, 30_000)
  const copy = await createDatabase(croft, {
    name: 'as-it-was',
    source: { type: 'database', databaseId: busy.id, at: at.toISOString() },
  })
  const [row] = await query<{ count: number }>(copy.connectionString, 'select count(*)::int from written')
  assert.ok(row && row.count > 40, `${row?.count} rows`)
})
