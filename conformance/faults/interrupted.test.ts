import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import {
  asService,
  type Backup,
  createProject,
  type Database,
  list,
  own,
  request,
  sendProject,
} from './api.ts'
import { kill } from './processes.ts'
import { query } from './query.ts'
import { newSeed, seeded } from './random.ts'
import { assertGone, assertTidy, WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'

const ROWS = 150_000
const random = seeded(newSeed())
const dataDirectory = await newDataDirectory()
let croft: Croft
/** The database that is backed up and restored. */
let id: string
let string: string
let backupId: string

before(async () => {
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_PROVISION_WAIT_MS: '3000' })
  const project = await createProject(croft, 'restored')
  string = project.database.connectionString ?? ''
  id = (await find('restored')).id
  await query(
    string,
    `create table filled as select n, md5(n::text) as text from generate_series(1, ${ROWS}) n`,
  )
  await query(string, `create table marks as select 'old' as mark from generate_series(1, 10)`)
  backupId = (await completed(await startBackup())).id
  await query(string, `update marks set mark = 'new'`)
  await query(string, 'delete from filled where n % 2 = 0')
})

after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

async function find(name: string): Promise<Database> {
  const found = (await list<Database>(croft, '/databases')).find((one) => one.name === name)
  assert.ok(found, `there is no ${name}`)
  return found
}

function agent(): number {
  const { agent } = croft.children()
  assert.ok(agent)
  return agent
}

async function killAgent(): Promise<void> {
  const pid = agent()
  kill(pid)
  await until(() => assert.notEqual(croft.children().agent ?? pid, pid), 20_000)
}

function startBackup(): Promise<Backup> {
  return own<Backup>(croft, 202, 'POST', `/databases/${id}/backups`)
}

async function completed({ id }: Backup): Promise<Backup> {
  return until(async () => {
    const backup = await own<Backup>(croft, 200, 'GET', `/backups/${id}`)
    assert.equal(backup.state, 'completed', backup.error ?? '')
    return backup
  }, 30_000)
}

/** Which of the two the data is; fails on any mixture. */
async function data(connectionString: string): Promise<'old' | 'new'> {
  const marks = await query<{ mark: string }>(connectionString, 'select mark from marks')
  const [filled] = await query<{ count: number }>(connectionString, 'select count(*)::int from filled')
  const mark = marks[0]?.mark
  assert.equal(marks.length, 10)
  assert.ok(
    marks.every((row) => row.mark === mark),
    JSON.stringify(marks),
  )
  assert.equal(filled?.count, mark === 'old' ? ROWS : ROWS / 2)
  assert.ok(mark === 'old' || mark === 'new')
  return mark
}

test('an agent that does not answer: a create says `provisioning`, and is ready once it is back', async (t) => {
  const pid = agent()
  t.after(() => kill(pid, 'SIGCONT'))
  kill(pid, 'SIGSTOP')
  const { database } = await sendProject(croft, 'waited')
  assert.equal(database.status, 'provisioning')
  assert.equal((await find('waited')).state, 'provisioning')
  kill(pid, 'SIGCONT')
  await until(async () => assert.equal((await find('waited')).state, 'ready'), 20_000)
  assert.ok(database.connectionString)
  assert.deepEqual(await query(database.connectionString, 'select 1 as one'), [{ one: 1 }])
})

test('a restore that an agent’s death cuts off ends as done or as not done', async (t) => {
  const ends: string[] = []
  for (let time = 0; time < 2; time++) {
    await query(string, `update marks set mark = 'new'`)
    await query(string, 'delete from filled where n % 2 = 0')
    assert.equal(await data(string), 'new')
    await own(croft, 202, 'POST', `/databases/${id}/restore`, { backupId })
    const delay = Math.round(random() * 600)
    await sleep(delay)
    await killAgent()
    const database = await until(async () => {
      const found = await find('restored')
      assert.equal(found.state, 'ready')
      return found
    }, 30_000)
    const now = await data(string)
    // It says that it failed exactly when the data is that from before it.
    assert.equal(now, database.stateMessage === null ? 'old' : 'new', database.stateMessage ?? '')
    ends.push(`${now} after ${delay} ms`)
  }
  t.diagnostic(ends.join(', '))
  await assertTidy(croft)
})

test('a backup that an agent’s death cuts off is made again, whole', async () => {
  await query(string, `update marks set mark = 'new'`)
  await query(string, 'delete from filled where n % 2 = 0')
  const backup = await startBackup()
  await sleep(random() * 150)
  await killAgent()
  await completed(backup)
  const copy = await own<{ connectionString: string; state: string; id: string }>(
    croft,
    201,
    'POST',
    '/databases',
    { name: 'copy', source: { type: 'backup', databaseId: id, backupId: backup.id } },
  )
  await until(async () => assert.equal((await find('copy')).state, 'ready'), 20_000)
  assert.equal(await data(copy.connectionString), 'new')
  const files = readdirSync(join(dataDirectory, 'backups'), { recursive: true }).map(String)
  assert.deepEqual(
    files.filter((name) => /partial|tmp/.test(name)),
    [],
  )
  await own(croft, 204, 'DELETE', `/databases/${copy.id}`)
})

test('a delete that an agent’s death cuts off is carried out', async () => {
  const project = await createProject(croft, 'deleted')
  const deleting = request(asService(croft), 'DELETE', `/v1/projects/${project.id}`)
  await sleep(random() * 60)
  await killAgent()
  assert.equal((await deleting).status, 204)
  const names = (await list<Database>(croft, '/databases')).map((one) => one.name)
  assert.deepEqual(names.sort(), ['restored', 'waited'])
  await assertTidy(croft)
})

test('after all that a stop leaves nothing', async () => {
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
})
