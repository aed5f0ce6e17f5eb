import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDbaasApp, type DbaasApp } from '../../../test/dbaas-app.ts'
import { until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'

const PLAN = '/api/plan/1/'
const ENVIRONMENT = '/api/environment/1/'

/** A body without `_links`, with the status before it. */
function told({ status, body }: Awaited<ReturnType<DbaasApp['send']>>) {
  const { _links, ...rest } = body
  assert.equal(typeof _links?.self, 'string')
  return [status, rest]
}

test('a database is made with its first user, changed, put into quarantine, brought back and deleted', async (t) => {
  const { send, ORIGIN, OWN_PORT, makeDatabase } = await createDbaasApp(t)
  const made = await send('POST', '/api/database/', {
    body: {
      name: 'test database2',
      plan: PLAN,
      environment: `https://elsewhere.example${ENVIRONMENT}`,
      id: 7,
    },
  })
  assert.equal(made.status, 201, made.text)
  assert.equal(made.headers.location, `${ORIGIN}/api/database/1/`)
  const body = await until(async () => {
    const { body } = await send('GET', '/api/database/1/')
    return body.endpoint === null ? undefined : body
  })
  assert.deepEqual(body, {
    _links: { self: `${ORIGIN}/api/database/1/` },
    id: 1,
    name: 'test_database2',
    endpoint: `postgres://<user>:<password>@127.0.0.1:${OWN_PORT}/test_database2?sslmode=disable`,
    plan: `${ORIGIN}${PLAN}`,
    environment: `${ORIGIN}${ENVIRONMENT}`,
    project: null,
    quarantine_dt: null,
    total_size_in_bytes: 0,
    used_size_in_bytes: null,
    credentials: [`${ORIGIN}/api/credential/1/`],
  })
  assert.deepEqual((await send('GET', '/api/credential/')).body.credential, [
    {
      _links: { self: `${ORIGIN}/api/credential/1/` },
      id: 1,
      user: 'u_test_database2',
      database: `${ORIGIN}/api/database/1/`,
    },
  ])
  const shown = await send('GET', '/api/credential/1/')
  assert.match(String(shown.body.password), /^[a-zA-Z2-9]{10}$/)

  const project = await send('POST', '/api/project/', { body: { name: 'shop' } })
  assert.equal(project.status, 201, project.text)
  const link = String(project.body._links?.self)
  const put = await send('PUT', '/api/database/1/', { body: { project: link, name: 'other', plan: null } })
  assert.deepEqual([put.status, put.body.project, put.body.name], [200, link, 'test_database2'])
  assert.equal((await send('PATCH', '/api/database/1/', { body: {} })).body.project, link)
  assert.deepEqual(told(await send('DELETE', link.slice(ORIGIN.length))), [
    409,
    {
      error: [
        'The project shop has databases.',
        'Delete them or put them into another project first; those in quarantine count.',
      ],
    },
  ])
  assert.equal((await send('PUT', '/api/database/1/', { body: {} })).body.project, null)
  assert.equal((await send('DELETE', link.slice(ORIGIN.length))).status, 204)
  assert.equal((await makeDatabase('long name of a database')).name, 'long_name_of_a_database')
  const second = await send('GET', '/api/credential/2/')
  assert.equal(second.body.user, 'u_long_name_of_a')

  assert.equal((await send('DELETE', '/api/database/1/')).status, 204)
  const kept = await send('GET', '/api/database/1/')
  assert.match(String(kept.body.quarantine_dt), /^\d{4}-\d\d-\d\d$/)
  assert.notEqual((await send('GET', '/api/credential/1/')).body.password, shown.body.password)
  assert.equal(told(await send('PUT', '/api/database/1/', { body: { project: null } }))[0], 200)
  const back = await send('PATCH', '/api/database/1/', { body: { quarantine_dt: null } })
  assert.deepEqual([back.status, back.body.quarantine_dt], [200, null])
  await send('DELETE', '/api/database/1/')
  assert.equal((await send('DELETE', '/api/database/1/')).status, 204)
  assert.deepEqual(told(await send('GET', '/api/database/1/')), [404, { detail: 'Not found' }])
  assert.deepEqual(told(await send('GET', '/api/credential/1/')), [404, { detail: 'Not found' }])
  assert.equal((await send('GET', '/api/database/')).body._links?.count, 1)
})

test('bodies that do not fit are refused field by field', async (t) => {
  const { send, makeDatabase } = await createDbaasApp(t)
  const good = { name: 'one', plan: PLAN, environment: ENVIRONMENT }
  const post = async (body: unknown) => told(await send('POST', '/api/database/', { body }))
  const REQUIRED = ['This field is required.']
  for (const [body, answer] of [
    [{}, { name: REQUIRED }],
    [{ ...good, name: '' }, { name: REQUIRED }],
    [{ ...good, name: null }, { name: REQUIRED }],
    [
      { ...good, name: 'x'.repeat(101) },
      { name: ['Ensure this value has at most 100 characters (it has 101).'] },
    ],
    [{ ...good, name: '!!!' }, { name: ['Enter a name with at least one letter or digit.'] }],
    [{ ...good, name: 'a\u0000b' }, { name: ['Enter printable characters only.'] }],
    [{ ...good, name: ['a'] }, { name: ['Enter a text.'] }],
    [{ ...good, plan: undefined }, { error: ["Invalid plan type <type 'NoneType'> - None"] }],
    [{ ...good, environment: null }, { error: ["Invalid environment type <type 'NoneType'> - None"] }],
    [{ ...good, plan: '1' }, { plan: ['Invalid hyperlink - No URL match'] }],
    [{ ...good, plan: ENVIRONMENT }, { plan: ['Invalid hyperlink - Incorrect URL match'] }],
    [{ ...good, plan: '/api/plan/99/' }, { plan: ['Invalid hyperlink - object does not exist.'] }],
    [{ ...good, plan: 5 }, { plan: ['Incorrect type.  Expected url string, received int.'] }],
    [{ ...good, project: '/api/project/99/' }, { project: ['Invalid hyperlink - object does not exist.'] }],
    [
      { name: '', plan: 1.5, environment: {} },
      {
        name: REQUIRED,
        plan: ['Incorrect type.  Expected url string, received float.'],
        environment: ['Incorrect type.  Expected url string, received dict.'],
      },
    ],
    [{ ...good, name: 'template0' }, { error: ['template0 is a reserved database name'] }],
    [[], { non_field_errors: ['Invalid data'] }],
    ['null', { non_field_errors: ['Invalid data'] }],
  ] as const) {
    const sent = body === 'null' ? { body, headers: { 'content-type': 'application/json' } } : { body }
    assert.deepEqual(told(await send('POST', '/api/database/', sent)), [400, answer], JSON.stringify(body))
  }
  await makeDatabase('one')
  const TAKEN = { error: ['Database with this Database name and Databaseinfra already exists.'] }
  assert.deepEqual(await post({ ...good, name: 'One!' }), [400, TAKEN])
  await send('DELETE', '/api/database/1/')
  assert.deepEqual(await post(good), [400, TAKEN])
  assert.equal((await post({ ...good, environment: '/api/environment/2/' }))[0], 201)

  const database = '/api/database/2/'
  const credential = async (user: unknown) =>
    told(await send('POST', '/api/credential/', { body: { user, database } }))
  assert.deepEqual(await credential('a'.repeat(17)), [400, { __all__: [`${'a'.repeat(17)} is too long`] }])
  assert.deepEqual(await credential(''), [400, { user: REQUIRED }])
  assert.deepEqual(await credential('...'), [
    400,
    { user: ['Enter a name with at least one letter or digit.'] },
  ])
  const [status, body] = await credential('My User.x')
  assert.deepEqual([status, (body as { user: string }).user], [201, 'my_user_x'])
  const EXISTS = { __all__: ['Credential with this User name and Database already exists.'] }
  assert.deepEqual(await credential('My User.x'), [400, EXISTS])
  assert.equal((await credential('pg_boss'))[0], 400)
  assert.deepEqual(told(await send('POST', '/api/credential/', { body: { user: 'a' } })), [
    400,
    { database: REQUIRED },
  ])

  await send('POST', '/api/project/', { body: { name: 'shop' } })
  assert.deepEqual(told(await send('POST', '/api/project/', { body: { name: 'shop' } })), [
    400,
    { name: ['Project with this Project name already exists.'] },
  ])
  assert.deepEqual(told(await send('PUT', '/api/project/2/', { body: {} })), [400, { name: REQUIRED }])
})

test('no capacity is told in the form’s words, and a plan must be for the environment', async (t) => {
  const { send, db } = await createDbaasApp(t)
  const body = { name: 'one', plan: PLAN, environment: ENVIRONMENT }
  const NONE = {
    error: ['Sorry. I have no infra-structure to allocate this database. Try select another plan.'],
  }
  await db.deleteFrom('plan_environments').execute()
  assert.deepEqual(told(await send('POST', '/api/database/', { body })), [409, NONE])
  const plan = await db.selectFrom('plans').select('id').executeTakeFirstOrThrow()
  const environments = await db.selectFrom('environments').select('id').execute()
  for (const { id } of environments)
    await db.insertInto('plan_environments').values({ plan_id: plan.id, environment_id: id }).execute()
  await db.updateTable('targets').set({ regions: [] }).execute()
  const away = await send('POST', '/api/database/', { body })
  assert.deepEqual([away.status, away.body.error], [409, NONE.error])
})

test('what is wrong is told in the order of checks, with Allow, redirects and overrides', async (t) => {
  const { send, ORIGIN, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  const nobody = { as: null }
  assert.deepEqual(told(await send('GET', '/api/database/99/', nobody)), [
    401,
    { detail: 'Authentication credentials were not provided.' },
  ])
  const bearer = await send('GET', '/api/', { as: null, headers: { authorization: 'Bearer x' } })
  assert.equal(bearer.headers['www-authenticate'], 'Basic realm="api"')
  const malformed = { body: '{', headers: { 'content-type': 'application/json' } }
  assert.equal((await send('PUT', '/api/database/99/', malformed)).status, 404)
  assert.deepEqual(told(await send('PUT', '/api/database/1/', malformed)), [
    400,
    { detail: 'JSON parse error - No JSON object could be decoded' },
  ])
  assert.deepEqual(
    told(await send('POST', '/api/database/', { body: 'x', headers: { 'content-type': 'text/plain' } })),
    [415, { detail: "Unsupported media type 'text/plain' in request." }],
  )
  for (const [method, path, allow] of [
    ['PUT', '/api/database/', 'GET, POST, HEAD, OPTIONS'],
    ['POST', '/api/database/1/', 'GET, PUT, DELETE, HEAD, OPTIONS, PATCH'],
    ['DELETE', '/api/plan/1/', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/credential/1/reset_password/', 'POST, OPTIONS'],
  ] as const) {
    const answer = await send(method, path)
    assert.deepEqual(told(answer), [405, { detail: `Method '${method}' not allowed.` }], path)
    assert.equal(answer.headers.allow, allow)
  }
  for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
    const { status, headers, text } = await send(method, '/api/database/1?a=b', nobody)
    assert.deepEqual([status, headers.location, text], [301, `${ORIGIN}/api/database/1/?a=b`, ''], method)
  }
  const unknown = await send('GET', '/api/database/1/nothing/')
  assert.equal(unknown.status, 404)
  assert.match(unknown.text, /^<h1>Not Found<\/h1>/)
  const head = await send('HEAD', '/api/database/1/')
  assert.deepEqual([head.status, head.text], [200, ''])
  assert.equal(head.headers.vary, 'Accept, Cookie')
  assert.equal(head.headers['x-frame-options'], 'SAMEORIGIN')
  assert.equal(head.headers['content-type'], 'application/json')
  const options = await send('OPTIONS', '/api/project/')
  assert.deepEqual(
    [options.status, options.body.name, Object.keys(options.body.actions ?? {})],
    [200, 'Project Api List', ['POST']],
  )
  const pretty = await send('GET', '/api/', { headers: { accept: 'application/json; indent=2' } })
  assert.match(pretty.text, /^{\n {2}"_links": {\n {4}"self"/)
  for (const id of ['0', '01', 'x', '-1', '1e3', '99999999999999999999']) {
    assert.equal((await send('GET', `/api/database/${id}/`)).status, 404, id)
  }

  const form = await send('POST', '/api/database/', {
    form: { name: 'by form', plan: PLAN, environment: ENVIRONMENT, project: '' },
  })
  assert.equal(form.status, 201, form.text)
  const boundary = 'x-x'
  const part = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const multipart = await send('POST', '/api/project/', {
    body: `${part('name', 'by parts')}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  assert.deepEqual([multipart.status, multipart.body.name], [201, 'by parts'])
  const broken = await send('POST', '/api/project/', {
    body: part('name', 'by parts'),
    headers: { 'content-type': 'multipart/form-data' },
  })
  assert.equal(broken.status, 400)
  assert.equal((await send('POST', '/api/database/2/', { form: { _method: 'DELETE' } })).status, 204)
  const header = { 'x-http-method-override': 'delete' }
  assert.equal((await send('POST', '/api/database/2/', { headers: header })).status, 204)
  assert.equal((await send('GET', '/api/database/2/')).status, 404)
  assert.equal((await send('GET', '/api/database/1/', { headers: header })).status, 200)
  assert.deepEqual(told(await send('POST', '/api/database/1/', { form: { _method: 'FETCH' } })), [
    405,
    { detail: "Method 'FETCH' not allowed." },
  ])
})

test('what is another team’s is not there, and quarantine is for who manages it', async (t) => {
  const { send, user, other, makeDatabase } = await createDbaasApp(t)
  await user('stranger@example.com', 'workspace-admin', other.id)
  await user('editor@example.com', 'workspace-editor')
  await user('reader@example.com', 'workspace-reader')
  await makeDatabase('one')
  await send('POST', '/api/project/', { body: { name: 'shop' } })
  const stranger = { as: 'stranger@example.com' }
  const project = (await send('GET', '/api/project/')).body.project as { id: number }[]
  const things = [
    ['database', 1],
    ['credential', 1],
    ['project', project[0]?.id],
    ['team', 1],
  ] as const
  for (const [kind, id] of things) {
    for (const method of kind === 'team' ? ['GET'] : ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const sent = { ...stranger, ...(method === 'GET' ? {} : { body: { name: 'x' } }) }
      assert.deepEqual(told(await send(method, `/api/${kind}/${id}/`, sent)), [404, { detail: 'Not found' }])
    }
    assert.equal((await send('GET', `/api/${kind}/${id}/`)).status, 200, kind)
    const { body } = await send('GET', `/api/${kind}/`, stranger)
    assert.equal(body._links?.count, kind === 'team' ? 1 : 0, kind)
  }
  assert.equal((await send('POST', '/api/credential/1/reset_password/', stranger)).status, 404)
  const NONE = ['Invalid hyperlink - object does not exist.']
  const credential = { user: 'a', database: '/api/database/1/' }
  assert.deepEqual(told(await send('POST', '/api/credential/', { ...stranger, body: credential })), [
    400,
    { database: NONE },
  ])

  const reader = { as: 'reader@example.com' }
  assert.equal((await send('GET', '/api/database/1/', reader)).status, 200)
  const FORBIDDEN = [403, { detail: 'You do not have permission to perform this action.' }]
  const body = { name: 'two', plan: PLAN, environment: ENVIRONMENT }
  assert.deepEqual(told(await send('POST', '/api/database/', { ...reader, body })), FORBIDDEN)
  assert.deepEqual(told(await send('DELETE', '/api/database/1/', reader)), FORBIDDEN)
  assert.deepEqual(told(await send('GET', '/api/credential/1/', reader)), FORBIDDEN)
  assert.deepEqual(told(await send('POST', '/api/project/', { ...reader, body: { name: 'x' } })), FORBIDDEN)

  const editor = { as: 'editor@example.com' }
  assert.equal((await send('GET', '/api/credential/1/', editor)).status, 200)
  assert.equal((await send('DELETE', '/api/database/1/', editor)).status, 204)
  for (const path of ['/api/database/1/', '/api/credential/1/'])
    assert.equal((await send('GET', path, editor)).status, 404)
  assert.equal((await send('DELETE', '/api/database/1/', editor)).status, 404)
  const bringBack = { quarantine_dt: null }
  assert.equal((await send('PATCH', '/api/database/1/', { ...editor, body: bringBack })).status, 404)
  for (const kind of ['database', 'credential']) {
    assert.equal((await send('GET', `/api/${kind}/`, editor)).body._links?.count, 0)
    assert.equal((await send('GET', `/api/${kind}/`)).body._links?.count, 1)
  }
  assert.equal((await send('PATCH', '/api/database/1/', { body: bringBack })).status, 200)
  assert.equal((await send('GET', '/api/database/1/', editor)).status, 200)
})

test('a create with an Idempotency-Key happens once', async (t) => {
  const { send } = await createDbaasApp(t)
  const key = newId()
  const body = { name: 'one', plan: PLAN, environment: ENVIRONMENT }
  const create = () => send('POST', '/api/database/', { body, headers: { 'idempotency-key': key } })
  const [first, second] = [await create(), await create()]
  assert.deepEqual([second.status, second.text], [first.status, first.text])
  assert.equal(second.headers['idempotency-replayed'], 'true')
  assert.equal(second.headers.location, first.headers.location)
  const shop = () =>
    send('POST', '/api/project/', { body: { name: 'shop' }, headers: { 'idempotency-key': `${key}-2` } })
  assert.equal((await shop()).status, 201)
  assert.equal((await shop()).status, 201)
  assert.equal((await send('GET', '/api/database/')).body._links?.count, 1)
})
