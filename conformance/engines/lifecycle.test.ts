import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createDatabase,
  type Made,
  recoveryWindow,
  setPolicy,
  takeBackup,
  untilReady,
} from '../backups/own.ts'
import { asAdministrator, list, own, request } from '../faults/api.ts'
import { until } from '../faults/until.ts'
import { type Croft, removeDataDirectory } from '../harness/croft.ts'
import { CONNECT, withClient } from './clients.ts'
import { cli, startWithEngines } from './start-with-engines.ts'

const PATIENCE_MS = 60_000

interface Database extends Made {
  readonly engine: string
  readonly version: string
  readonly databaseName: string
  readonly power: string
  readonly ownPort: number | null
}

interface Credential {
  readonly id: string
  readonly role: string
  readonly password: string
  readonly connectionString: string
}

interface Engine {
  readonly name: string
  readonly capabilities: { readonly archive: boolean; readonly namesDatabases: boolean }
  readonly versions: readonly { readonly version: string; readonly installed: boolean }[]
}

const SCHEMES: Readonly<Record<string, string>> = { postgres: 'postgres', mariadb: 'mysql', redis: 'redis' }
const ENGINES = Object.keys(CONNECT)

let croft: Croft
before(async () => {
  croft = await startWithEngines(ENGINES.filter((engine) => engine !== 'postgres'))
})
after(async () => {
  await croft?.stop()
  if (croft) await removeDataDirectory(croft.dataDirectory)
})

const make = (engine: string, wish: object = {}) =>
  createDatabase(croft, { name: `${engine} database`, engine, ...wish })
const show = (id: string) => own<Database>(croft, 200, 'GET', `/databases/${id}`)
const addLogin = (id: string, wish: object) =>
  own<Credential>(croft, 201, 'POST', `/databases/${id}/credentials`, wish)
const write = (engine: string, string: string, value: string) =>
  withClient(engine, string, (client) => client.write(value))
const read = (engine: string, string: string) => withClient(engine, string, (client) => client.read())

/** Like `read`, once the server is as it is to be: a restore ends the sessions of a moment later. */
const readsUntil = (engine: string, string: string, values: readonly string[]) =>
  until(async () => assert.deepEqual(await read(engine, string), values), PATIENCE_MS)

/** The timer must not keep the process, which has nothing else to do in the end. */
const soon = (event: Promise<unknown>, otherwise: string) =>
  Promise.race([event, sleep(PATIENCE_MS, undefined, { ref: false }).then(() => assert.fail(otherwise))])

/** Without whether a connection is refused at once or broken off. */
const refused = (engine: string, string: string) =>
  assert.rejects(withClient(engine, string, (c) => c.read()))

const withPort = (string: string, port: number) => {
  const [scheme, rest] = string.split('://')
  const url = new URL(`http://${rest}`)
  url.port = String(port)
  return `${scheme}://${url.href.slice('http://'.length)}`
}
const portOf = (string: string) => Number(new URL(string.replace(/^\w+:/, 'http:')).port)

/** What an instance has on its host. */
function instances(): string[] {
  const directory = join(croft.dataDirectory, 'postgres', 'instances')
  return existsSync(directory) ? readdirSync(directory) : []
}

test('the catalogue has every engine, installed', async () => {
  const { data } = await own<{ data: Engine[] }>(croft, 200, 'GET', '/engines')
  for (const name of ENGINES) {
    const engine = data.find((each) => each.name === name)
    assert.ok(
      engine?.versions.some((version) => version.installed),
      name,
    )
  }
  assert.match(await cli(croft, 'engine', 'list'), /mariadb[\s\S]*redis/)
})

for (const engine of ENGINES) {
  describe(engine, () => {
    test('a new database takes logins from the moment it is answered', async () => {
      const made = await make(engine)
      assert.ok(made.connectionString.startsWith(`${SCHEMES[engine]}://`), made.connectionString)
      await write(engine, made.connectionString, 'one')
      await write(engine, made.connectionString, 'two')
      assert.deepEqual(await read(engine, made.connectionString), ['one', 'two'])
      const other = await make(engine)
      await write(engine, other.connectionString, 'three')
      assert.deepEqual(await read(engine, other.connectionString), ['three'])
    })

    test('the CLI makes one and prints its connection string', async () => {
      const string = await cli(croft, 'database', 'create', `${engine}-cli`, '--engine', engine)
      await write(engine, string, 'x')
      assert.deepEqual(await read(engine, string), ['x'])
    })

    test('a login with a chosen name is found at the database’s own port, and nowhere else', async () => {
      const wish = { user: 'u_shop', databaseName: 'my_shop' }
      const [one, two] = [await make(engine, wish), await make(engine, wish)]
      await write(engine, one.connectionString, 'in one')
      await write(engine, two.connectionString, 'in two')
      assert.deepEqual(await read(engine, one.connectionString), ['in one'])
      const shown = await show(one.id)
      assert.equal(portOf(one.connectionString), shown.ownPort)
      assert.notEqual(shown.ownPort, (await show(two.id)).ownPort)
      const { data: engines } = await own<{ data: Engine[] }>(croft, 200, 'GET', '/engines')
      const { capabilities } = engines.find((each) => each.name === engine) ?? assert.fail()
      assert.equal(shown.databaseName, capabilities.namesDatabases ? 'my_shop' : '0')

      const random = await addLogin(one.id, { name: 'random' })
      assert.deepEqual(await read(engine, random.connectionString), ['in one'])
      // At the database's own port every login of it is found; at the shared one none whose name was chosen.
      assert.deepEqual(await read(engine, withPort(random.connectionString, portOf(one.connectionString))), [
        'in one',
      ])
      await refused(engine, withPort(one.connectionString, portOf(random.connectionString)))
      await refused(engine, withPort(one.connectionString, portOf(two.connectionString)))
    })

    test('rotation ends sessions and the old password; other logins go on', async () => {
      const { id, connectionString } = await make(engine)
      const other = await addLogin(id, { name: 'other' })
      await write(engine, connectionString, 'kept')
      const connect = CONNECT[engine] ?? assert.fail()
      const [session, bystander] = [await connect(connectionString), await connect(other.connectionString)]
      try {
        const [first] = await list<Credential>(croft, `/databases/${id}/credentials`)
        assert.ok(first)
        const rotated = await own<Credential>(croft, 200, 'POST', `/credentials/${first.id}/rotate`)
        await soon(session.ended, 'the session goes on')
        await refused(engine, connectionString)
        assert.deepEqual(await read(engine, rotated.connectionString), ['kept'])
        assert.deepEqual(await bystander.read(), ['kept'])
        await own(croft, 204, 'DELETE', `/credentials/${other.id}`)
        await soon(bystander.ended, 'it goes on')
        await refused(engine, other.connectionString)
      } finally {
        await session.close().catch(() => {})
        await bystander.close().catch(() => {})
      }
    })

    test('a backup is verified, and restored into a new database and in place', async () => {
      const { id, connectionString } = await make(engine, { databaseName: 'my_shop' })
      await write(engine, connectionString, 'before')
      const backup = await takeBackup(croft, id, true)
      await write(engine, connectionString, 'after')
      const source = { type: 'backup', databaseId: id, backupId: backup.id }
      const restored = await createDatabase(croft, { name: 'restored', source })
      assert.equal((await show(restored.id)).engine, engine)
      assert.deepEqual(await read(engine, restored.connectionString), ['before'])
      // Logins of the original are none of the copy's.
      await refused(engine, withPort(connectionString, (await show(restored.id)).ownPort ?? 1))

      await own(croft, 202, 'POST', `/databases/${id}/restore`, { backupId: backup.id })
      await untilReady(croft, id).catch(() => {})
      await readsUntil(engine, connectionString, ['before'])
    })

    test('a running database is copied as it is', async () => {
      const { id, connectionString } = await make(engine)
      await write(engine, connectionString, 'one')
      const copy = await make(engine, { source: { type: 'database', databaseId: id } })
      await write(engine, connectionString, 'two')
      assert.deepEqual(await read(engine, copy.connectionString), ['one'])
    })

    test('it sleeps when nobody uses it and wakes with all that it had', async () => {
      const { id, connectionString } = await make(engine, { idleTimeoutSeconds: 1, user: 'sleeper' })
      await write(engine, connectionString, 'kept')
      await until(async () => assert.equal((await show(id)).power, 'asleep'), PATIENCE_MS)
      assert.deepEqual(await read(engine, connectionString), ['kept'])
      assert.notEqual((await show(id)).power, 'asleep')
    })

    test('moments between backups are for engines with an archive', async () => {
      const { data } = await own<{ data: Engine[] }>(croft, 200, 'GET', '/engines')
      const archived = data.find((each) => each.name === engine)?.capabilities.archive
      const { id } = await make(engine)
      const ask = (path: string, body: object) =>
        request<{ code: string }>(
          asAdministrator(croft),
          'POST',
          `/api/croft/v1/databases/${id}${path}`,
          body,
        )
      const point = await ask('/restore-points', { name: 'p' })
      if (archived) return assert.equal(point.status, 201)
      assert.deepEqual([point.status, point.body.code], [422, 'invalid-input'])
      const at = new Date().toISOString()
      const past = await ask('/restore', { source: { type: 'point-in-time', at } })
      assert.deepEqual([past.status, past.body.code], [422, 'point-outside-window'])
      const window = await recoveryWindow(croft, id)
      assert.deepEqual([window.earliest, window.latest, window.archive], [null, null, null])
      await setPolicy(croft, id, { retentionDays: 3 })
      await assert.rejects(setPolicy(croft, id, { archive: true }), /422/)
    })

    test('a deleted database leaves nothing behind', async () => {
      const had = instances().length
      const { id, connectionString } = await make(engine, { user: 'leaver' })
      await write(engine, connectionString, 'secret')
      assert.equal(instances().length, had + 1)
      await own(croft, 204, 'DELETE', `/databases/${id}`)
      await until(() => assert.equal(instances().length, had), PATIENCE_MS)
      await refused(engine, connectionString)
      assert.equal(
        (await request(asAdministrator(croft), 'GET', `/api/croft/v1/databases/${id}`)).status,
        404,
      )
    })
  })
}
