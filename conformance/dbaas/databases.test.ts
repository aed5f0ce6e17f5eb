import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { CONNECT, withClient } from '../engines/clients.ts'
import { startWithEngines } from '../engines/start-with-engines.ts'
import { until } from '../faults/until.ts'
import { removeDataDirectory } from '../harness/croft.ts'
import { dbaasClient, type Json } from './client.ts'

const PATIENCE_MS = 60_000
const ENGINES: Readonly<Record<string, string>> = { postgres: 'postgres', mysql: 'mariadb', redis: 'redis' }

const croft = await startWithEngines(['mariadb', 'redis'], { CROFT_PROVISION_WAIT_MS: '25000' })
after(async () => {
  await croft.stop()
  await removeDataDirectory(croft.dataDirectory)
})
const { want, send, makeTeam } = dbaasClient(croft)

interface Plan {
  readonly link: string
  readonly type: string
  readonly engine: string
}

/** The plan of each engine type that can be ordered. */
async function findPlans(): Promise<Plan[]> {
  const { plan } = await want(200, 'GET', '/api/plan/?page_size=100')
  const found: Plan[] = []
  for (const each of plan as (Json & { engine_type: string; is_active: boolean })[]) {
    const { name } = await want(200, 'GET', each.engine_type)
    const engine = ENGINES[String(name)]
    assert.ok(engine !== undefined && CONNECT[engine], String(name))
    if (each.is_active) found.push({ link: each._links.self, type: String(name), engine })
  }
  return found
}
const plans = await until(async () => {
  const found = await findPlans()
  assert.equal(found.length, 3)
  return found
}, PATIENCE_MS)

/** Where a credential logs in: the endpoint with the user and password filled in. */
async function stringOf(credential: string): Promise<string> {
  const { user, password, database } = await want(200, 'GET', credential)
  const { endpoint } = await want(200, 'GET', String(database))
  return String(endpoint).replace('<user>', String(user)).replace('<password>', String(password))
}

for (const { link, type, engine } of plans) {
  describe(type, () => {
    const write = (string: string, value: string) => withClient(engine, string, (one) => one.write(value))
    const read = (string: string) => withClient(engine, string, (one) => one.read())
    const refused = (string: string) => assert.rejects(read(string))
    async function make(name: string) {
      const body = { name, plan: link, environment: '/api/environment/1/' }
      const made = await want(201, 'POST', '/api/database/', { body })
      const [first = ''] = made.credentials as string[]
      return { self: made._links.self, made, first }
    }

    test('the returned endpoint takes the first user, and no other database’s', async () => {
      const one = await make(`${type} one`)
      assert.equal(one.made.name, `${type}_one`)
      const scheme = { postgres: 'postgres', mysql: 'mysql', redis: 'redis' }[type]
      assert.match(
        String(one.made.endpoint),
        new RegExp(`^${scheme}://<user>:<password>@127\\.0\\.0\\.1:\\d+/`),
      )
      const string = await stringOf(one.first)
      await write(string, 'a')
      assert.deepEqual(await read(string), ['a'])
      // The same name of a user, in another database.
      const two = await make(`${type} two`)
      const body = { user: `u_${type}_one`, database: two.self }
      const again = await want(201, 'POST', '/api/credential/', { body })
      assert.deepEqual(await read(await stringOf(two.first)).catch(() => []), [])
      await write(await stringOf(again._links.self), 'b')
      assert.deepEqual(await read(string), ['a'])
      const mixed = string.replace(/:[^:@]+@/, `:${again.password}@`)
      await refused(mixed)
    })

    test('a reset ends the sessions of the old password', async () => {
      const { first } = await make(`${type} reset`)
      const old = await stringOf(first)
      await withClient(engine, old, async (session) => {
        await session.write('kept')
        await want(200, 'POST', `${first}reset_password/`)
        await session.ended
      })
      await refused(old)
      assert.deepEqual(await read(await stringOf(first)), ['kept'])
      await want(204, 'DELETE', first)
      await want(404, 'GET', first)
    })

    test('quarantine locks everybody out and keeps the data; what is brought back has it', async () => {
      const { self, first } = await make(`${type} quarantine`)
      const before = await stringOf(first)
      await write(before, 'kept')
      await withClient(engine, before, async (session) => {
        assert.deepEqual(await session.read(), ['kept'])
        await want(204, 'DELETE', self)
        await session.ended
      })
      await refused(before)
      const { quarantine_dt } = await want(200, 'GET', self)
      assert.match(String(quarantine_dt), /^\d{4}-\d\d-\d\d$/)
      const back = await want(200, 'PATCH', self, { body: { quarantine_dt: null } })
      assert.equal(back.quarantine_dt, null)
      await refused(before)
      assert.deepEqual(await read(await stringOf(first)), ['kept'])
      const last = await stringOf(first)
      await want(204, 'DELETE', self)
      await want(204, 'DELETE', self)
      await want(404, 'GET', self)
      await want(404, 'GET', first)
      await refused(last)
    })

    test('names that the engine keeps to itself, and names that are taken, are refused', async () => {
      const post = (name: string) =>
        send('POST', '/api/database/', { body: { name, plan: link, environment: '/api/environment/2/' } })
      const reserved = { postgres: 'template1', mysql: 'information schema' }[type]
      if (reserved !== undefined) {
        const answer = await post(reserved)
        assert.equal(answer.status, 400, answer.text)
        assert.deepEqual(answer.body.error, [`${reserved.replace(' ', '_')} is a reserved database name`])
      }
      assert.equal((await post(`${type} taken`)).status, 201)
      assert.deepEqual((await post(`${type.toUpperCase()}-taken!`)).body.error, [
        'Database with this Database name and Databaseinfra already exists.',
      ])
    })
  })
}

test('what belongs to another team cannot be read, changed, or linked to', async () => {
  const stranger = await makeTeam('Strangers')
  const { database } = await want(200, 'GET', '/api/database/')
  const { credential } = await want(200, 'GET', '/api/credential/')
  const { project } = await want(200, 'GET', '/api/project/')
  const firsts = [database, credential, project].map(
    (items) => (items as Json[])[0]?._links.self ?? assert.fail(),
  )
  for (const self of firsts) {
    for (const [method, body] of [['GET'], ['PUT', {}], ['PATCH', {}], ['DELETE']] as const) {
      const answer = await send(method, self, { as: stranger, ...(body ? { body } : {}) })
      assert.deepEqual([answer.status, answer.body.detail], [404, 'Not found'], `${method} ${self}`)
    }
    await want(200, 'GET', self)
  }
  const [foreign = '', credentials = '', projects = ''] = firsts
  assert.equal((await send('POST', `${credentials}reset_password/`, { as: stranger })).status, 404)
  const gone = ['Invalid hyperlink - object does not exist.']
  const user = await send('POST', '/api/credential/', {
    as: stranger,
    body: { user: 'x', database: foreign },
  })
  assert.deepEqual([user.status, user.body.database], [400, gone])
  const plan = plans[0]?.link
  const body = { name: 'theirs', plan, environment: '/api/environment/1/', project: projects }
  const inProject = await send('POST', '/api/database/', { as: stranger, body })
  assert.deepEqual([inProject.status, inProject.body.project], [400, gone])
  const { _links } = await want(200, 'GET', '/api/database/', { as: stranger })
  assert.equal(_links.count, 0)
})
