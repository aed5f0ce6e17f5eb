import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dbaasClient, type Json, type User } from '../dbaas/client.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { asAdministrator, asService, createProject, list, own, request } from './api.ts'
import { NO_CAPACITY, PLACE, planOf, stringOf, TYPES } from './dbaas-order.ts'
import {
  KEPT,
  type Login,
  makeSubject,
  ROUNDS,
  read,
  refused,
  type Shown,
  type Subject,
  show,
  write,
} from './engine-deeds.ts'
import { startEngineWriter } from './engine-writer.ts'
import { openEnginesPlace } from './engines-place.ts'
import { databaseServers, kill } from './processes.ts'
import { newSeed, seeded } from './random.ts'
import { assertGone, assertTidy, WARM_SETTINGS } from './tidy.ts'
import { until } from './until.ts'
import type { Writer } from './writers.ts'

const ENGINES = ['mariadb', 'redis']
const PROGRAMS: Readonly<Record<string, string>> = { mariadb: 'mariadbd', redis: 'redis-server' }
const PATIENCE_MS = 60_000

const random = seeded(newSeed())
const dataDirectory = await newDataDirectory()
const engines = await openEnginesPlace(join(dataDirectory, 'engines'))
const SETTINGS = { ...WARM_SETTINGS, CROFT_RATE_LIMIT: '0', CROFT_ENGINES_DIR: engines.directory }
let croft: Croft
let subjects: Subject[]
/** Where writers write: a database of each engine, by its own port and by the shared one. */
let written: { readonly engine: string; readonly name: string; readonly string: string }[]

before(async () => {
  croft = await startCroft(dataDirectory, SETTINGS)
  subjects = await Promise.all(ENGINES.map((engine) => makeSubject(croft, engine, `${engine} subject`)))
  written = []
  for (const engine of ENGINES) {
    const { id, string } = await makeSubject(croft, engine, `${engine} written`)
    const path = `/databases/${id}/credentials`
    const shared = await own<Login>(croft, 201, 'POST', path, { name: 'shared' })
    written.push({ engine, name: 'own', string }, { engine, name: 'shared', string: shared.connectionString })
  }
})

after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
})

/** On the ports it had. */
async function start(): Promise<void> {
  const { url, postgres, mariadb, redis } = croft.bootstrap
  croft = await startCroft(dataDirectory, {
    ...SETTINGS,
    CROFT_PORT: new URL(url).port,
    CROFT_POSTGRES_PORT: String(postgres.port),
    CROFT_MARIADB_PORT: String(mariadb.port),
    CROFT_REDIS_PORT: String(redis.port),
  })
}

/** Kills a process of Croft and resolves when it has been replaced. */
async function killChild(name: string): Promise<void> {
  const pid = croft.children()[name] ?? assert.fail(`no process ${name}`)
  kill(pid)
  await until(() => assert.notEqual(croft.children()[name] ?? pid, pid), PATIENCE_MS)
}

async function killServers(): Promise<void> {
  for (const { pid, engine } of databaseServers(dataDirectory)) if (ENGINES.includes(engine)) kill(pid)
}

/** Of other names each time: what earlier ones wrote is still there. */
const startWriters = (time: string): Writer[] =>
  written.map(({ engine, name, string }) =>
    startEngineWriter(engine, string, `${time.replaceAll(' ', '-')}-${name}`),
  )

/** Every writer gets something written again, and nothing that it was told is written is lost. */
async function settle(writers: readonly Writer[]): Promise<void> {
  const had = writers.map((writer) => writer.acknowledged())
  await until(() => {
    for (const [index, writer] of writers.entries()) {
      const { engine, name } = written[index] ?? assert.fail()
      assert.ok(writer.acknowledged() > (had[index] ?? 0), `${engine}, ${name}: ${writer.fault()}`)
    }
  }, PATIENCE_MS)
  await Promise.all(writers.map((writer) => writer.stop()))
  for (const writer of writers) await writer.assertNothingLost()
}

const VICTIMS: Readonly<Record<string, () => Promise<void>>> = {
  agent: () => killChild('agent'),
  'API server': () => killChild('server'),
  'database servers': killServers,
}

for (const [victim, strike] of Object.entries(VICTIMS)) {
  test(`kill -9 of the ${victim} while databases are written`, async (t) => {
    const writers = startWriters(victim)
    t.after(() => Promise.all(writers.map((writer) => writer.stop())))
    for (const deeds of ROUNDS) {
      await t.test(`and ${deeds.map(({ done }) => done).join(', and others ')}`, async () => {
        const longest = Math.max(...deeds.map(({ ms }) => ms))
        const ends = deeds.flatMap(({ carryOut }) => subjects.map((subject) => carryOut(croft, subject)))
        await Promise.all([...ends, sleep(random() * longest).then(strike)])
      })
    }
    await settle(writers)
    await assertTidy(croft)
    t.diagnostic(`${writers.map((writer) => writer.acknowledged())} writes acknowledged`)
  })
}

test('after a kill -9 of the launcher every database is where it was, with all that was written', async (t) => {
  const ports = await Promise.all(subjects.map(async ({ id }) => (await show(croft, id)).ownPort))
  const writers = startWriters('launcher')
  t.after(() => Promise.all(writers.map((writer) => writer.stop())))
  await until(() => assert.ok(writers.every((writer) => writer.acknowledged() > 0)), PATIENCE_MS)
  await croft.kill()
  await start()
  await settle(writers)
  for (const [index, { engine, id, string }] of subjects.entries()) {
    assert.deepEqual(await read(engine, string), [KEPT])
    assert.equal((await show(croft, id)).ownPort, ports[index])
  }
  await assertTidy(croft)
})

const warningsOf = async (id: string): Promise<string[]> =>
  (await show(croft, id)).warnings.map(({ code }) => code)

test('a port that another program has taken meanwhile is told, and is the database’s again when it is free', async (t) => {
  const ports = await Promise.all(subjects.map(async ({ id }) => (await show(croft, id)).ownPort ?? 0))
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
  const others = ports.map((port) => createServer((socket) => socket.destroy()).listen(port, '127.0.0.1'))
  t.after(() => others.map((other) => other.close()))
  await Promise.all(others.map((other) => once(other, 'listening')))
  await start()
  for (const [index, { engine, id, string }] of subjects.entries()) {
    const warning = await until(async () => {
      const { state, ownPort, warnings } = await show(croft, id)
      assert.deepEqual([state, ownPort], ['ready', ports[index]])
      return warnings.find(({ code }) => code === 'port-taken') ?? assert.fail(JSON.stringify(warnings))
    }, PATIENCE_MS)
    assert.match(warning.message, new RegExp(`[Pp]ort ${ports[index]}.* taken by another program`))
    await refused(engine, string)
    // The shared port does not care.
    const path = `/databases/${id}/credentials`
    const other = await own<Login>(croft, 201, 'POST', path, { name: 'other' })
    assert.deepEqual(await read(engine, other.connectionString), [KEPT])
    await own(croft, 204, 'DELETE', `/credentials/${other.id}`)
  }
  for (const other of others) other.close()
  for (const { engine, id, string } of subjects) {
    await until(async () => assert.deepEqual(await read(engine, string), [KEPT]), PATIENCE_MS)
    await until(async () => assert.deepEqual(await warningsOf(id), []), PATIENCE_MS)
  }
  await assertTidy(croft)
})

const commandFor = (engine: string) => new RegExp(`croft engine install ${engine}`)

interface Engine {
  readonly name: string
  readonly versions: readonly { readonly installed: boolean; readonly reason?: string }[]
}

/** Whether the catalogue has an engine, and if not, why. */
async function inCatalogue(name: string): Promise<{ installed: boolean; reason: string }> {
  const { data } = await own<{ data: Engine[] }>(croft, 200, 'GET', '/engines')
  const { versions } = data.find((each) => each.name === name) ?? assert.fail(`no ${name}`)
  const reason = versions.flatMap((each) => each.reason ?? []).join(' ')
  return { installed: versions.some((each) => each.installed), reason }
}

/** What no setting can hide from Croft. */
const onSystem = ENGINES.filter((engine) =>
  ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'].some((directory) =>
    existsSync(join(directory, PROGRAMS[engine] ?? '')),
  ),
)

test('an engine that is gone: nothing new of it, databases say why they do not serve, and serve when it is back', {
  skip: onSystem.length > 0 && `this system has ${onSystem}`,
}, async (t) => {
  const { send } = dbaasClient(croft)
  await engines.takeAway()
  t.after(async () => {
    await engines.takeAway()
    await engines.giveBack()
  })
  for (const engine of ENGINES) {
    const { reason } = await until(async () => {
      const found = await inCatalogue(engine)
      assert.equal(found.installed, false)
      return found
    }, PATIENCE_MS)
    assert.match(reason, new RegExp(`not installed on this host: run \`croft engine install ${engine}\``))
    const wish = { name: 'none', engine }
    const answer = await request<{ code: string; detail: string; hint: string }>(
      asAdministrator(croft),
      'POST',
      '/api/croft/v1/databases',
      wish,
    )
    assert.deepEqual([answer.status, answer.body.code], [503, 'no-capacity'], JSON.stringify(answer.body))
    assert.match(JSON.stringify(answer.body), commandFor(engine))
    const body = { name: 'none', plan: await planOf(dbaasClient(croft), engine), environment: PLACE }
    const inWords = await send('POST', '/api/database/', { body })
    assert.deepEqual([inWords.status, inWords.body.error], [409, [NO_CAPACITY]])
  }
  await killServers()
  await killChild('agent')
  for (const { engine, id, string } of subjects) {
    await until(async () => {
      // What ioredis says is only that the connection was closed.
      await assert.rejects(read(engine, string), engine === 'redis' ? Error : commandFor(engine))
      const { state, warnings } = await show(croft, id)
      assert.equal(state, 'ready')
      const told = warnings.find(({ code }) => code === 'host-fault') ?? assert.fail(JSON.stringify(warnings))
      assert.match(told.message, commandFor(engine))
    }, PATIENCE_MS)
  }
  await engines.giveBack()
  for (const { engine, id, string } of subjects) {
    await until(async () => assert.deepEqual(await read(engine, string), [KEPT]), PATIENCE_MS)
    await until(async () => assert.deepEqual(await warningsOf(id), []), PATIENCE_MS)
    assert.equal((await inCatalogue(engine)).installed, true)
  }
  await assertTidy(croft)
})

for (const engine of ENGINES) {
  test(`${engine}: names that cannot be are refused, and those of other teams are nobody’s business`, async () => {
    const client = dbaasClient(croft)
    const { send, want } = client
    const plan = await planOf(client, engine)
    const post = (name: unknown, as: User = client.admin) =>
      send('POST', '/api/database/', { as, body: { name, plan, environment: PLACE } })
    const told = async (name: unknown) => {
      const { status, body } = await post(name)
      return [status, body.name ?? body.error]
    }
    assert.deepEqual(await told('x'.repeat(101)), [
      400,
      ['Ensure this value has at most 100 characters (it has 101).'],
    ])
    if (engine === 'mariadb') {
      assert.deepEqual(await told('x'.repeat(64)), [
        400,
        ['Ensure this value has at most 63 characters (it has 64).'],
      ])
      for (const name of ['mysql', 'sys', 'test', 'Information-Schema', 'performance schema', 'admin'])
        assert.deepEqual((await told(name))[0], 400, name)
    }
    const name = `${engine} shop`
    const ours = await want(201, 'POST', '/api/database/', { body: { name, plan, environment: PLACE } })
    assert.deepEqual(await told(name), [
      400,
      ['Database with this Database name and Databaseinfra already exists.'],
    ])
    const stranger = await client.makeTeam(`${engine} strangers`)
    const theirs = await post(name, stranger)
    assert.equal(theirs.status, 201, theirs.text)
    const [first = ''] = ours.credentials as string[]
    const string = await stringOf(client, first)
    await write(engine, string, 'ours')
    // The same user, with the same name of a database: another port, another password.
    const theirPort = new URL(String(theirs.body.endpoint).replace(/^\w+:/, 'http:')).port
    await refused(engine, string.replace(/:\d+\//, `:${theirPort}/`))
    assert.equal((await send('GET', first, { as: stranger })).status, 404)

    const user = (user: string) =>
      send('POST', '/api/credential/', { body: { user, database: ours._links.self } })
    for (const reserved of engine === 'mariadb'
      ? ['root', 'mysql', 'croft agent']
      : ['default', 'croft agent']) {
      const { status, body } = await user(reserved)
      assert.equal(status, 400, `${reserved}: ${JSON.stringify(body)}`)
      assert.match(JSON.stringify(body), /is a reserved user name/)
    }
    assert.deepEqual((await user('a'.repeat(17))).status, 400)
    assert.deepEqual((await user(`u_${engine}_shop`)).status, 400)
    assert.deepEqual(await read(engine, string), ['ours'])

    // A name stays taken in quarantine, and is free afterwards.
    await want(204, 'DELETE', ours._links.self)
    assert.deepEqual((await told(name))[0], 400)
    await want(204, 'DELETE', ours._links.self)
    await want(201, 'POST', '/api/database/', { body: { name, plan, environment: PLACE } })
  })
}

describe('one database, whichever API is asked', () => {
  test('what Prisma’s API and our own have made shows in DBaaS', async () => {
    const client = dbaasClient(croft)
    const { want } = client
    await createProject(croft, 'by-prisma')
    const made = [{ name: 'by-prisma', engine: 'postgres', usual: 'postgres', plan: null as string | null }]
    for (const [engine, usual] of [
      ['mariadb', 'main'],
      ['redis', '0'],
    ] as const) {
      const name = `${engine}-by-own`
      await own(croft, 201, 'POST', '/databases', { name, engine, size: 'small' })
      // What plans offer: those of Prisma's API are of another size, which no plan has.
      made.push({ name, engine, usual, plan: await planOf(client, engine) })
    }
    for (const { name, engine, usual, plan } of made) {
      const { database } = await want(200, 'GET', `/api/database/?name=${name}`)
      const [found] = database as Json[]
      assert.ok(found, name)
      const endpoint = `^${TYPES[engine]}://<user>:<password>@127.0.0.1:\\d+/${usual}`
      assert.match(String(found.endpoint), new RegExp(endpoint))
      assert.equal(found.plan, plan)
      await want(200, 'GET', String(found.environment))
      await want(200, 'GET', String(found.project))
      assert.equal(found.quarantine_dt, null)
      const [credential = ''] = found.credentials as string[]
      const string = await stringOf(client, credential)
      await write(engine, string, KEPT)
      assert.deepEqual(await read(engine, string), [KEPT])
      const { used_size_in_bytes: used } = await want(200, 'GET', found._links.self)
      assert.ok(used === null || Number(used) >= 0)
    }
  })

  test('what DBaaS has made shows in our own API and, if it is PostgreSQL, in Prisma’s', async () => {
    const client = dbaasClient(croft)
    const { want } = client
    for (const engine of ['postgres', ...ENGINES]) {
      const body = { name: `${engine} by dbaas`, plan: await planOf(client, engine), environment: PLACE }
      const made = await want(201, 'POST', '/api/database/', { body })
      const name = `${engine}_by_dbaas`
      const find = async (more = '') =>
        (await own<{ data: Shown[] }>(croft, 200, 'GET', `/databases?name=${name}${more}`)).data
      const [shown] = await find()
      assert.ok(shown)
      assert.deepEqual([shown.engine, shown.state], [engine, 'ready'])
      assert.equal(shown.databaseName, engine === 'redis' ? '0' : name)
      assert.ok(String(made.endpoint).includes(`:${shown.ownPort}/`))
      const logins = await list<Login>(croft, `/databases/${shown.id}/credentials`)
      assert.deepEqual(
        logins.map(({ role, chosen }) => [role, chosen]),
        [[`u_${name}`.slice(0, 16), true]],
      )
      const inPrisma = async () => {
        const asked = await request<{ data: { name: string }[] }>(
          asService(croft),
          'GET',
          '/v1/databases?limit=100',
        )
        return asked.body.data.some((one) => one.name === name)
      }
      assert.equal(await inPrisma(), engine === 'postgres')
      await want(204, 'DELETE', made._links.self)
      assert.equal(await inPrisma(), false)
      assert.deepEqual([(await find()).length, (await find('&quarantined=true')).length], [0, 1])
      await own(croft, 200, 'DELETE', `/databases/${shown.id}/quarantine`)
      assert.equal((await want(200, 'GET', made._links.self)).quarantine_dt, null)
      await own(croft, 204, 'DELETE', `/databases/${shown.id}`)
      await want(404, 'GET', made._links.self)
    }
  })
})

test('after all that a stop leaves nothing', async () => {
  await assertTidy(croft)
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
})
