import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { createProject, type Database, list } from './api.ts'
import { startCreators } from './creators.ts'
import { databaseServers, kill } from './processes.ts'
import { query } from './query.ts'
import { newSeed, seeded } from './random.ts'
import { assertGone, assertTidy, WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'
import { startWriter, type Writer } from './writers.ts'

const WRITERS = 3
const random = seeded(newSeed())
const dataDirectory = await newDataDirectory()
let croft: Croft
let strings: string[]

before(async () => {
  croft = await startCroft(dataDirectory, { ...WARM_SETTINGS, CROFT_RATE_LIMIT: '0' })
  strings = []
  for (let n = 1; n <= WRITERS; n++) {
    const { database } = await createProject(croft, `written-${n}`)
    strings.push(database.connectionString ?? '')
  }
})

after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

async function start(): Promise<void> {
  const { url, postgres } = croft.bootstrap
  croft = await startCroft(dataDirectory, {
    ...WARM_SETTINGS,
    CROFT_RATE_LIMIT: '0',
    CROFT_PORT: new URL(url).port,
    CROFT_POSTGRES_PORT: String(postgres.port),
  })
}

/** The launcher has started another one in the place of `pid`. */
async function replaced(name: string, pid: number): Promise<void> {
  await until(() => assert.notEqual(croft.children()[name] ?? pid, pid), 20_000)
}

function child(name: string): number {
  const pid = croft.children()[name]
  assert.ok(pid, `no process ${name}`)
  return pid
}

/** Kills a process of Croft and resolves when it has been replaced. */
async function killChild(name: string): Promise<void> {
  const pid = child(name)
  kill(pid)
  await replaced(name, pid)
}

const VICTIMS: readonly { name: string; times: number; strike(): Promise<void> }[] = [
  { name: 'server', times: 2, strike: () => killChild('server') },
  { name: 'agent', times: 2, strike: () => killChild('agent') },
  { name: 'metadata', times: 2, strike: () => killChild('metadata') },
  {
    name: 'database server',
    times: 5,
    async strike() {
      const servers = databaseServers(dataDirectory)
      const chosen = servers[Math.floor(random() * servers.length)]
      if (chosen) kill(chosen.pid)
    },
  },
  {
    name: 'launcher',
    times: 1,
    async strike() {
      await croft.kill()
      await sleep(random() * 300)
      await start()
    },
  },
]

for (const { name, times, strike } of VICTIMS) {
  test(`kill -9 of the ${name} while databases are made, deleted and written`, async (t) => {
    const writers = await Promise.all(strings.map(startWriter))
    const creators = startCreators(() => croft, random, name.replace(' ', '-'))
    t.after(() => Promise.all([creators.stop(), ...writers.map((writer) => writer.stop())]))
    for (let time = 0; time < times; time++) {
      await creators.more(4)
      await sleep(random() * 400)
      await strike()
    }
    await creators.more(4)
    await creators.stop()
    await allWriteOn(writers)
    await Promise.all(writers.map((writer) => writer.stop()))

    for (const writer of writers) await writer.assertNothingLost()
    const made = await creators.settle()
    await assertTidy(croft)
    await assertRoles(made)
    const rows = writers.reduce((sum, writer) => sum + writer.acknowledged(), 0)
    t.diagnostic(
      `${creators.attempts.length} creates (${creators.failures()} broke off), ${rows} rows acknowledged`,
    )
    await creators.remove()
  })
}

/** Every writer gets something written again. */
async function allWriteOn(writers: readonly Writer[]): Promise<void> {
  const before = writers.map((writer) => writer.acknowledged())
  await until(() => {
    for (const [index, writer] of writers.entries()) {
      assert.ok(writer.acknowledged() > (before[index] ?? 0), `writer ${index + 1}: ${writer.fault()}`)
    }
  }, 20_000)
}

/** A server has the logins of its database and Croft's own, and no other. */
async function assertRoles(made: readonly string[]): Promise<void> {
  for (const connectionString of [...made, ...strings]) {
    const rows = await query<{ name: string }>(
      connectionString,
      'select rolname as name from pg_roles where rolcanlogin order by 1',
    )
    const login = decodeURIComponent(new URL(connectionString).username)
    assert.deepEqual(rows.map((row) => row.name).sort(), ['croft_agent', login].sort())
  }
}

test('afterwards nothing is left of what was deleted, and a stop leaves no process', async () => {
  await until(async () => assert.equal((await list<Database>(croft, '/databases')).length, WRITERS), 10_000)
  await assertTidy(croft)
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
})
