import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDatabase, databaseWarnings, takeBackup } from '../backups/own.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { list, own } from './api.ts'
import { query } from './query.ts'
import { WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
before(async () => {
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_IDLE_TIMEOUT_SECONDS: '2' })
})
after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

test('a page that the disk has changed is told as an event and a warning, and a backup mends it', async () => {
  const { id, connectionString } = await createDatabase(croft, { name: 'hurt' })
  await query(
    connectionString,
    'create table hurt as select n, repeat(md5(n::text), 8) as text from generate_series(1, 20000) n',
  )
  const backup = await takeBackup(croft, id, true)
  const [file] = await query<{ path: string }>(
    connectionString,
    `select pg_relation_filepath('hurt') as path`,
  )
  assert.ok(file)
  await until(async () => {
    const { power } = await own<{ power: string }>(croft, 200, 'GET', `/databases/${id}`)
    assert.equal(power, 'asleep')
  }, 30_000)
  flip(file.path)

  await assert.rejects(query(connectionString, 'select sum(length(text)) from hurt'), { code: 'XX001' })
  await until(async () => {
    const events = await list<{ action: string; subject: { id: string } }>(croft, '/events')
    assert.ok(events.some(({ action, subject }) => action === 'instance.corrupted' && subject.id === id))
    assert.ok((await databaseWarnings(croft, id)).includes('corrupted'))
  }, 20_000)

  await own(croft, 202, 'POST', `/databases/${id}/restore`, { backupId: backup.id })
  await until(async () => {
    const { state } = await own<{ state: string }>(croft, 200, 'GET', `/databases/${id}`)
    assert.equal(state, 'ready')
  }, 30_000)
  const [row] = await query<{ count: number }>(connectionString, 'select count(*)::int from hurt')
  assert.equal(row?.count, 20000)
})

/** Changes bytes in the middle of the second page. */
function flip(path: string): void {
  const slots = join(dataDirectory, 'postgres', 'data')
  const place = readdirSync(slots)
    .map((slot) => join(slot, path))
    .find((relative) => {
      try {
        closeSync(openSync(join(slots, relative), 'r'))
        return true
      } catch {
        return false
      }
    })
  assert.ok(place, `${path} is in no data directory`)
  const file = openSync(join(slots, place), 'r+')
  const bytes = Buffer.alloc(16)
  readSync(file, bytes, 0, 16, 8192 + 4000)
  writeSync(
    file,
    bytes.map((byte) => byte ^ 0xff),
    0,
    16,
    8192 + 4000,
  )
  closeSync(file)
}
