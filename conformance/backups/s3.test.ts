import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { own } from '../faults/api.ts'
import { kill } from '../faults/processes.ts'
import { query } from '../faults/query.ts'
import { until } from '../faults/until.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { type S3Server, startS3Server } from '../harness/s3-server.ts'
import { type Backup, createDatabase, recoveryWindow, setPolicy, takeBackup, untilCompleted } from './own.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
let s3: S3Server
let targetId: string

before(async () => {
  s3 = await startS3Server()
  croft = await startCroft(dataDirectory, { CROFT_PRIVATE_BACKUP_TARGETS: 'on' })
  targetId = await addTarget({})
})
after(async () => {
  await croft?.stop()
  await s3?.stop()
  await removeDataDirectory(dataDirectory)
})

const settingsOf = ({ endpoint, bucket, accessKeyId, secretAccessKey }: S3Server) => ({
  ...{ type: 's3', endpoint, bucket, accessKeyId, secretAccessKey },
  ...{ region: 'us-east-1', prefix: 'teams/one', pathStyle: true },
})
async function addTarget(change: object): Promise<string> {
  const { workspaceId } = croft.bootstrap
  const name = `bucket-${Math.random().toString(36).slice(2, 8)}`
  const wish = { name, location: { ...settingsOf(s3), ...change } }
  const { id } = await own<{ id: string }>(
    croft,
    201,
    'POST',
    `/workspaces/${workspaceId}/backup-targets`,
    wish,
  )
  return id
}
const stateOf = (id: string) =>
  own<{ state: string; stateMessage: string | null }>(croft, 200, 'GET', `/backup-targets/${id}`)

test('a target is tried when it is made, and says what is wrong with it', async () => {
  await until(async () => assert.equal((await stateOf(targetId)).state, 'ok'), 20_000)
  for (const [change, message] of [
    [{ secretAccessKey: 'not-the-secret-not-the-secret' }, /key|signature|secret/i],
    [{ bucket: 'no-such-bucket' }, /bucket/i],
    [{ endpoint: 'http://127.0.0.1:1' }, /reach|refuse|answer/i],
  ] as const) {
    const id = await addTarget(change)
    await until(async () => {
      const { state, stateMessage } = await stateOf(id)
      assert.equal(state, 'failing')
      assert.match(stateMessage ?? '', message)
      assert.doesNotMatch(stateMessage ?? '', /not-the-secret/)
    }, 30_000)
    await own(croft, 204, 'DELETE', `/backup-targets/${id}`)
  }
})

test('backups and the archive lie in the bucket, and restores come from there', async () => {
  const { id, connectionString } = await createDatabase(croft, { name: 'in-the-bucket' })
  await setPolicy(croft, id, { targetId })
  await query(connectionString, 'create table kept as select generate_series(1, 1000) n')
  const backup = await takeBackup(croft, id, true)
  await query(connectionString, 'delete from kept where n > 500')
  await sleep(20)
  const at = new Date()
  await sleep(20)
  await query(connectionString, 'drop table kept')
  const count = async (string: string) =>
    (await query<{ count: number }>(string, 'select count(*)::int from kept'))[0]?.count
  const whole = await createDatabase(croft, {
    name: 'as-backed-up',
    source: { type: 'backup', databaseId: id, backupId: backup.id },
  })
  assert.equal(await count(whole.connectionString), 1000)
  const half = await createDatabase(croft, {
    name: 'as-it-was-then',
    source: { type: 'database', databaseId: id, at: at.toISOString() },
  })
  assert.equal(await count(half.connectionString), 500)
  assert.equal((await recoveryWindow(croft, id)).archive?.state, 'streaming')
})

test('an upload that a kill cut short goes on where it was', async () => {
  const { id, connectionString } = await createDatabase(croft, { name: 'large' })
  await setPolicy(croft, id, { targetId })
  // About 100 MB that cannot be compressed: seven parts.
  await query(connectionString, 'create table filled (bytes bytea)')
  for (let time = 0; time < 25; time++) {
    await query(
      connectionString,
      `insert into filled select decode(string_agg(md5(random()::text), ''), 'hex')
         from generate_series(1, 25) n, generate_series(1, 10000) group by n`,
    )
  }
  await s3.setFaults({ delayMs: 700 })
  const earlier = new Set(Object.keys(await s3.receivedParts()))
  const parts = async () =>
    Object.entries(await s3.receivedParts()).flatMap(([part, times]) => (earlier.has(part) ? [] : times))
  const backup = await own<Backup>(croft, 202, 'POST', `/databases/${id}/backups`)
  await until(async () => assert.ok((await parts()).length >= 2), 60_000)
  const { agent = 0 } = croft.children()
  kill(agent)
  const whole = (await parts()).length
  await s3.setFaults({ delayMs: 0 })
  const { sizeBytes } = await untilCompleted(croft, backup.id)
  assert.ok(sizeBytes && sizeBytes > 90_000_000)
  const times = await parts()
  assert.ok(times.length >= 6, `${times.length} parts`)
  // Four are under way at one time: of those the client may not have heard that they arrived.
  const again = times.filter((each) => each > 1).length
  assert.ok(again <= 4 && times.length > whole, `${again} of ${times.length} parts were sent twice`)
  await untilCompleted(croft, backup.id, true)
})
