import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from './api.ts'
import { local } from './local-croft.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const DEV = '01890a5d-ac96-774b-bcce-b302099a8001'
const PROD = '01890a5d-ac96-774b-bcce-b302099a8002'

const database = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: ID, name: 'shop', state: 'ready', engine: 'postgres', version: '18', size: 'nano' },
  ...{ region: 'us-east-1', projectId: 'p1', isDefault: false, idleTimeoutSeconds: 300 },
  ...{ createdAt: '2026-01-02T03:04:05Z', power: 'asleep', connectionLimit: 50, quarantinedAt: null },
  ...fields,
})
const plan = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: ID, name: 'postgres-small', description: null, engine: 'postgres', version: null, size: 'small' },
  ...{ isActive: true, isDefault: true, environmentIds: [DEV, PROD] },
  ...fields,
})
const environment = (id: string, name: string) => ({ id, name, region: 'us-east-1', namespace: name })
const ENVIRONMENTS = { status: 200, body: { data: [environment(DEV, 'dev'), environment(PROD, 'prod')] } }

test('a database goes into quarantine when somebody says so, and is listed there only', async (t) => {
  const quarantinedAt = '2026-01-03T03:04:05Z'
  const { croft, calls } = await local(t, ({ query }, key) => {
    if (key === 'GET /databases')
      return page(query.quarantined === 'true' ? [database({ quarantinedAt })] : [database()])
    if (key === `POST /databases/${ID}/quarantine`) return { status: 200, body: database({ quarantinedAt }) }
    if (key === `DELETE /databases/${ID}/quarantine`) return { status: 200, body: database() }
    if (key === `GET /databases/${ID}`) return { status: 200, body: database() }
    return undefined
  })
  const unasked = await croft(['database', 'quarantine', 'shop'])
  assert.equal(unasked.code, 2)
  assert.match(unasked.err, /--yes/)
  const put = await croft(['database', 'quarantine', 'shop', '--yes'])
  assert.equal(put.code, 0, put.err)
  assert.match(put.err, /croft database release shop/)
  const listed = await croft(['database', 'list', '--quarantined'])
  assert.match(listed.out, /^NAME +QUARANTINED +STATE/)
  assert.match(listed.out, /^shop +2026-01-03/m)
  const released = await croft(['database', 'release', 'shop'])
  assert.equal(released.code, 0, released.err)
  assert.match(released.err, /croft database url shop/)
  const other = await croft(['database', 'release', 'nothing'])
  assert.match(other.err, /no database in quarantine "nothing"/)
  assert.deepEqual(
    calls.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    [`POST /databases/${ID}/quarantine`, `DELETE /databases/${ID}/quarantine`],
  )
})

test('plans are listed with the names of their environments, and written by the administrator', async (t) => {
  const { croft, calls } = await local(t, ({ body }, key) => {
    if (key === 'GET /environments') return ENVIRONMENTS
    if (key === 'GET /plans') return { status: 200, body: { data: [plan()] } }
    if (key === 'POST /plans') return { status: 201, body: plan(body as Readonly<Record<string, unknown>>) }
    if (key === `PATCH /plans/${ID}`)
      return { status: 200, body: plan(body as Readonly<Record<string, unknown>>) }
    if (key === `DELETE /plans/${ID}`) return { status: 204 }
    return undefined
  })
  const list = await croft(['plan', 'list'])
  assert.match(list.out, /^postgres-small +postgres +small +dev, prod +yes +yes/m)
  const create = ['plan', 'create', 'big', '--engine', 'mariadb', '--size', 'large', '--environment', 'prod']
  const made = await croft([...create, '--default'])
  assert.equal(made.code, 0, made.err)
  const update = ['plan', 'update', 'postgres-small', '--off', '--engine-version', 'newest']
  assert.equal((await croft(update)).code, 0)
  assert.equal((await croft(['plan', 'update', 'postgres-small', '--off', '--on'])).code, 2)
  assert.equal((await croft(['plan', 'delete', 'postgres-small', '--yes'])).code, 0)
  const written = calls.filter(({ method }) => method !== 'GET')
  assert.deepEqual(
    written.map(({ body }) => body),
    [
      { name: 'big', engine: 'mariadb', size: 'large', isDefault: true, environmentIds: [PROD] },
      { version: null, isActive: false },
      undefined,
    ],
  )
  assert.ok(written.every(({ token }) => token === 'admin-token'))
  assert.match((await croft([...create.slice(0, -1), 'nowhere'])).err, /no environment "nowhere"/)
})

test('environments are made, changed and deleted', async (t) => {
  const { croft, calls } = await local(t, ({ body }, key) => {
    if (key === 'GET /environments') return ENVIRONMENTS
    if (key === 'POST /environments') return { status: 201, body: { id: ID, ...(body as object) } }
    if (key === `PATCH /environments/${DEV}`)
      return { status: 200, body: { ...environment(DEV, 'dev'), ...(body as object) } }
    if (key === `DELETE /environments/${PROD}`) return { status: 204 }
    return undefined
  })
  assert.match((await croft(['environment', 'list'])).out, /^dev +us-east-1 +dev/m)
  assert.equal((await croft(['env', 'create', 'qa', '--region', 'eu-west-3'])).code, 0)
  assert.equal((await croft(['environment', 'update', 'dev', '--name', 'development'])).code, 0)
  assert.equal((await croft(['environment', 'delete', 'prod', '-y'])).code, 0)
  assert.deepEqual(
    calls.filter(({ method }) => method !== 'GET').map(({ body }) => body),
    [{ name: 'qa', region: 'eu-west-3', namespace: 'qa' }, { name: 'development' }, undefined],
  )
})
