import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { type Answer, dbaasClient, type Json } from './client.ts'
import { curl } from './curl.ts'

const dataDirectory = await newDataDirectory()
// An answer that comes before the database is ready has no endpoint yet.
const croft = await startCroft(dataDirectory, { CROFT_PROVISION_WAIT_MS: '25000' })
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const client = dbaasClient(croft)
const { url, admin } = client

/** What stands in the documentation, with this installation in place of `localhost:8000` and `admin:123456`. */
const call = (...args: string[]): Promise<Answer> => curl(client, ['-u', admin ?? '', ...args])
const ENDPOINT = /^postgres:\/\/<user>:<password>@127\.0\.0\.1:\d+\/(\w+)\?sslmode=disable$/
const PASSWORD = /^[a-zA-Z2-9]{10}$/

/** A body without what differs in every installation: the endpoint’s address and the used bytes, which are checked. */
function plain({ body }: Answer): Record<string, unknown> {
  assert.equal(ENDPOINT.exec(String(body.endpoint))?.[1], body.name)
  assert.ok(body.used_size_in_bytes === null || Number(body.used_size_in_bytes) > 0)
  return { ...body, endpoint: 'E', used_size_in_bytes: 'U' }
}

const database = {
  _links: { self: `${url}/api/database/1/` },
  id: 1,
  name: 'test_database2',
  endpoint: 'E',
  plan: `${url}/api/plan/1/`,
  environment: `${url}/api/environment/1/`,
  project: null,
  quarantine_dt: null,
  total_size_in_bytes: 0,
  used_size_in_bytes: 'U',
  credentials: [`${url}/api/credential/1/`],
}
const credential = {
  _links: { self: `${url}/api/credential/1/` },
  id: 1,
  user: 'u_test_database2',
  database: `${url}/api/database/1/`,
}
const page = (count: number, path: string) => ({
  count,
  self: `${url}${path}`,
  previous: null,
  next: null,
})

function withPassword({ body }: Answer, expected: object): string {
  const { password, ...rest } = body
  assert.deepEqual(rest, expected)
  assert.match(String(password), PASSWORD)
  assert.equal(Object.keys(body).at(-1), 'password')
  return String(password)
}

test('the commands of the documentation, in order, are answered as it says', async () => {
  const created = await call(
    '-H',
    'content-type: application/json',
    `${url}/api/database/`,
    '-d',
    '{ "name": "test database2", "plan": "/api/plan/1/", "environment": "/api/environment/1/" }',
  )
  assert.equal(created.status, 201, created.text)
  assert.equal(created.headers.get('location'), `${url}/api/database/1/`)
  assert.deepEqual(plain(created), database)
  assert.deepEqual(Object.keys(created.body), Object.keys(database))

  const listed = await call(`${url}/api/database/`)
  assert.deepEqual(listed.body._links, page(1, '/api/database/'))
  assert.deepEqual(Object.keys(listed.body), ['_links', 'database'])
  const [first] = listed.body.database as Json[]
  assert.deepEqual(plain({ ...listed, body: first ?? assert.fail() }), database)
  assert.deepEqual(plain(await call(`${url}/api/database/1/`)), database)

  const credentials = await call(`${url}/api/credential/`)
  assert.deepEqual(credentials.body, { _links: page(1, '/api/credential/'), credential: [credential] })
  const password = withPassword(await call(`${url}/api/credential/1/`), credential)

  const another = await call(
    '-H',
    'content-type: application/json',
    `${url}/api/credential/`,
    '-d',
    '{ "user": "u_myusr1", "database": "/api/database/1/" }',
  )
  assert.equal(another.status, 201, another.text)
  withPassword(another, {
    ...credential,
    _links: { self: `${url}/api/credential/2/` },
    id: 2,
    user: 'u_myusr1',
  })
  const reset = await call('-d', '', `${url}/api/credential/1/reset_password/`)
  assert.equal(reset.status, 200, reset.text)
  assert.notEqual(withPassword(reset, credential), password)

  assert.deepEqual(await statusAndText(call('-X', 'DELETE', `${url}/api/credential/1/`)), [204, ''])
  assert.equal((await call(`${url}/api/credential/1/`)).status, 404)
  assert.deepEqual(await statusAndText(call('-X', 'DELETE', `${url}/api/database/1/`)), [204, ''])
  assert.match(String((await call(`${url}/api/database/1/`)).body.quarantine_dt), /^\d{4}-\d\d-\d\d$/)
  assert.deepEqual(await statusAndText(call('-X', 'DELETE', `${url}/api/database/1/`)), [204, ''])
  assert.equal((await call(`${url}/api/database/1/`)).status, 404)
})

async function statusAndText(answer: Promise<Answer>): Promise<[number, string]> {
  const { status, text } = await answer
  return [status, text]
}

test('a client that knows nothing finds everything by links', async () => {
  const seen = new Set<string>()
  const open = [`${url}/api/`]
  for (let link = open.pop(); link !== undefined; link = open.pop()) {
    if (seen.has(link)) continue
    seen.add(link)
    const answer = await client.send('GET', link)
    assert.equal(answer.status, 200, `${link}: ${answer.text}`)
    for (const [found] of answer.text.matchAll(/http:\/\/[^"<]+\/api\/[^"]*/g)) open.push(found)
  }
  for (const kind of [
    'database',
    'credential',
    'project',
    'plan',
    'environment',
    'engine',
    'engine_type',
    'team',
  ])
    assert.ok(seen.has(`${url}/api/${kind}/`), kind)
  assert.ok(seen.has(`${url}/api/engine_type/1/`))
})

test('what another API made is here with sensible values, and what this one made is there', async () => {
  const { bootstrap } = croft
  const own = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/croft/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bootstrap.serviceToken}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return (await response.json()) as { id: string; data: { id: string; name: string }[] }
  }
  await own('POST', '/databases', { name: 'Elsewhere', projectId: bootstrap.projectId, size: 'small' })
  const { database: databases } = await client.want(200, 'GET', '/api/database/?name=Elsewhere')
  const [found] = databases as Json[]
  assert.ok(found)
  assert.match(String(found.endpoint), /^postgres:\/\/<user>:<password>@127\.0\.0\.1:\d+\/postgres\?/)
  assert.equal(found.plan, `${url}/api/plan/1/`)
  assert.ok(String(found.environment).startsWith(`${url}/api/environment/`))
  const project = await client.want(200, 'GET', String(found.project))
  assert.equal(project.name, 'My Project')
  assert.equal((found.credentials as string[]).length, 1)

  const body = { name: 'from here', plan: '/api/plan/1/', environment: '/api/environment/1/' }
  const made = await client.want(201, 'POST', '/api/database/', { body })
  const names = async () => (await own('GET', '/databases?limit=100')).data.map(({ name }) => name)
  assert.ok((await names()).includes('from_here'))
  await client.want(204, 'DELETE', made._links.self)
  assert.ok(!(await names()).includes('from_here'))
})

test('links follow the Host that is asked', async () => {
  const { port } = new URL(url)
  const response = await fetch(`http://localhost:${port}/api/plan/1/`, {
    headers: { authorization: `Basic ${Buffer.from(admin ?? '').toString('base64')}` },
  })
  const { _links } = (await response.json()) as Json
  assert.equal(_links.self, `http://localhost:${port}/api/plan/1/`)
})
