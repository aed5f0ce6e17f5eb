import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { asService, createProject, type Database, list, request } from './api.ts'
import { type ExternalPostgres, startExternalPostgres } from './external-postgres.ts'
import { kill, processesOf } from './processes.ts'
import { query } from './query.ts'
import { assertGone, assertTidy, WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const [dataDirectory, otherDirectory] = [await newDataDirectory(), await newDataDirectory()]
let postgres: ExternalPostgres
let croft: Croft
let second: ChildProcess | undefined

before(async () => {
  postgres = await startExternalPostgres()
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_DATABASE_URL: postgres.url })
})

after(async () => {
  second?.kill('SIGTERM')
  await croft?.stop()
  await postgres?.stop()
  for (const directory of [dataDirectory, otherDirectory]) await removeDataDirectory(directory)
})

test('the metadata lies in the external PostgreSQL, also after a restart', async () => {
  assert.equal(croft.children().metadata, undefined)
  const { database } = await createProject(croft, 'first')
  await query(database.connectionString ?? '', 'create table kept as select 42 as answer')
  const { port } = croft.bootstrap.postgres
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
  croft = await startCroft(dataDirectory, {
    ...WARM_SETTINGS,
    CROFT_DATABASE_URL: postgres.url,
    CROFT_POSTGRES_PORT: String(port),
  })
  assert.deepEqual(await query(database.connectionString ?? '', 'select answer from kept'), [{ answer: 42 }])
  await assertTidy(croft)
})

/** A second API server, as on another host: it shares the metadata and the key ring, and has no agent. */
async function startSecond(): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [join(ROOT, 'packages', 'cli', 'bin', 'croft.mjs'), 'server'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      CROFT_DATA_DIR: otherDirectory,
      CROFT_PORT: '0',
      CROFT_DATABASE_URL: postgres.url,
      CROFT_KEYS_FILE: join(dataDirectory, 'keys.json'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output += text
    })
  }
  const url = await until(() => {
    const [, found] = /"url":"(http:[^"]+)"/.exec(output) ?? []
    assert.ok(found, output)
    return found
  }, 30_000)
  return { url, process: child }
}

test('two servers on one metadata database work side by side', async () => {
  const started = await startSecond()
  second = started.process
  const other: Croft = { ...croft, bootstrap: { ...croft.bootstrap, url: started.url } }

  // The agent is connected to the first; what the second is asked for reaches it all the same.
  const made = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name, n) => createProject(n % 2 === 0 ? other : croft, name)),
  )
  for (const { database } of made) {
    assert.deepEqual(await query(database.connectionString ?? '', 'select 1 as one'), [{ one: 1 }])
  }
  const names = async (each: Croft) => (await list<Database>(each, '/databases')).map((one) => one.name)
  assert.deepEqual((await names(other)).sort(), ['a', 'b', 'c', 'd', 'first'])
  assert.deepEqual(await names(croft), await names(other))

  const [first] = made
  assert.ok(first)
  assert.equal((await request(asService(other), 'DELETE', `/v1/projects/${first.id}`)).status, 204)
  assert.equal((await request(asService(croft), 'GET', `/v1/projects/${first.id}`)).status, 404)

  // One key, sent to both at once, makes one thing.
  const answers = await Promise.all(
    [croft, other].map((each) =>
      request<{ data?: { id: string } }>(asService(each, 'both'), 'POST', '/v1/projects', { name: 'both' }),
    ),
  )
  assert.ok(
    answers.every(({ status }) => status === 201 || status === 409),
    JSON.stringify(answers),
  )
  assert.equal((await names(croft)).filter((name) => name === 'both').length, 1)
})

test('one server serves on when the other is killed', async () => {
  const server = processesOf(otherDirectory).find((one) => one.parent === second?.pid)
  assert.ok(server)
  kill(server.pid)
  await createProject(croft, 'alone')
  second = undefined
  await assertTidy(croft)
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
})
