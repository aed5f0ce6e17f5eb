import assert from 'node:assert/strict'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Backup,
  createDatabase,
  databaseWarnings,
  recoveryWindow,
  untilCompleted,
} from '../backups/own.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { list, own } from './api.ts'
import { query } from './query.ts'
import { WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'

const dataDirectory = await newDataDirectory()
const backups = join(dataDirectory, 'backups')
let croft: Croft
before(async () => {
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_ARCHIVE_RESERVE_MB: '64' })
})
after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

/** While the agent stands still: it would make the directory anew between the two steps. */
async function whileStopped(change: () => Promise<void>): Promise<void> {
  const { agent } = croft.children()
  assert.ok(agent)
  process.kill(agent, 'SIGSTOP')
  try {
    await change()
  } finally {
    process.kill(agent, 'SIGCONT')
  }
}

/** Where a file lies, no directory can be made. */
async function takeAway(): Promise<void> {
  // Made with the first that is stored.
  await until(() => stat(backups), 20_000)
  await whileStopped(async () => {
    await rename(backups, `${backups}-away`)
    await writeFile(backups, '')
  })
}
const giveBack = () =>
  whileStopped(async () => {
    await rm(backups)
    await rename(`${backups}-away`, backups)
  })
const eventsOf = async (id: string) =>
  (await list<{ action: string; subject: { id: string } }>(croft, '/events'))
    .filter(({ subject }) => subject.id === id)
    .map(({ action }) => action)

/** As the server's own view of its log's directory has it; clients may not look into it, but at positions. */
const logBytes = async (string: string): Promise<number> => {
  const [row] = await query<{ bytes: string }>(
    string,
    `select pg_current_wal_lsn() - coalesce(min(restart_lsn), pg_current_wal_lsn()) as bytes
       from pg_replication_slots where wal_status <> 'lost'`,
  )
  return Number(row?.bytes)
}

test('a backup target that is away is told, costs no write, and is caught up with', async () => {
  const { id, connectionString } = await createDatabase(croft, { name: 'goes-on' })
  await query(connectionString, 'create table written (n int)')
  await takeAway()
  await query(connectionString, 'insert into written select generate_series(1, 1000)')
  const backup = await own<Backup>(croft, 202, 'POST', `/databases/${id}/backups`)
  await until(async () => {
    await query(connectionString, 'insert into written values (0)')
    assert.ok((await databaseWarnings(croft, id)).includes('archive-lagging'))
    assert.ok((await eventsOf(id)).includes('archive.lagging'))
  }, 40_000)
  const at = new Date()
  await sleep(20)
  await query(connectionString, 'drop table written')
  await giveBack()
  await until(async () => {
    assert.ok((await eventsOf(id)).includes('archive.caught-up'))
    assert.equal((await recoveryWindow(croft, id)).archive?.state, 'streaming')
    assert.ok(!(await databaseWarnings(croft, id)).includes('archive-lagging'))
  }, 60_000)
  const copy = await createDatabase(croft, {
    name: 'from-then',
    source: { type: 'database', databaseId: id, at: at.toISOString() },
  })
  const [row] = await query<{ count: number }>(
    copy.connectionString,
    'select count(*)::int from written where n > 0',
  )
  assert.equal(row?.count, 1000)
  // The backup that was asked for meanwhile was not forgotten.
  await untilCompleted(croft, backup.id)
})

test('away for too long, it does not fill the disk: the archive begins anew, with a backup', async () => {
  const { id, connectionString } = await createDatabase(croft, { name: 'too-long' })
  await query(connectionString, 'create table written (n int, text text)')
  await takeAway()
  // Far more than the reserve of 64 MB, over several checkpoints.
  for (let time = 0; time < 16; time++) {
    await query(
      connectionString,
      `insert into written select n, repeat(md5(random()::text), 10) from generate_series(1, 60000) n`,
    )
  }
  // What it holds for the archive is bounded, while the target is still away.
  await until(async () => assert.ok((await logBytes(connectionString)) < 400e6), 60_000)
  await giveBack()
  await until(async () => assert.ok((await eventsOf(id)).includes('archive.broken')), 60_000)
  await until(async () => {
    const { spans, archive } = await recoveryWindow(croft, id)
    assert.equal(archive?.state, 'streaming')
    assert.ok(spans.length >= 1, 'nothing to restore from yet')
    const last = spans.at(-1)
    assert.ok(last && new Date(last.to).getTime() > Date.now() - 20_000, JSON.stringify(spans))
  }, 90_000)
  const [first] = await own<{ data: Backup[] }>(croft, 200, 'GET', `/databases/${id}/backups`).then(
    ({ data }) => data,
  )
  assert.ok(first)
  await untilCompleted(croft, first.id)
  await query(connectionString, 'create table mark as select 1')
  await sleep(50)
  const at = new Date().toISOString()
  // What was written meanwhile may still be on its way to the target.
  const copy = await until(
    () => createDatabase(croft, { name: 'after-the-gap', source: { type: 'database', databaseId: id, at } }),
    60_000,
    500,
  )
  assert.deepEqual(await query(copy.connectionString, 'select count(*)::int from mark'), [{ count: 1 }])
})
