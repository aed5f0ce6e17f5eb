import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { type Listed, prismeaiClient } from './client.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory, { CROFT_LOG_LEVEL: 'debug' })
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const client = prismeaiClient(croft)
const { url, send, makeKey, owner, workspace, workspaceId, keys, headersOf } = client
const other = await client.makeOther()
const NOBODY = '00000000-0000-4000-8000-000000000000'

test('the life of a key, in the shapes of the original', async () => {
  const conditions = { type: { $regex: '^a' } }
  const given = { inverted: true, reason: 'no way' }
  const rule = { action: ['read', 'create'], subject: ['events', 'pages'], ...given, conditions }
  const made = await send('POST', keys, owner, { name: 'CI', rules: [rule] })
  assert.equal(made.status, 200)
  const scoped = { ...conditions, 'source.workspaceId': workspaceId }
  const key = made.body as { apiKey: string; rules: object[] }
  assert.deepEqual(made.body, {
    apiKey: key.apiKey,
    name: 'CI',
    subjectType: 'workspaces',
    subjectId: workspaceId,
    rules: [
      { action: ['read'], ...given, subject: 'events', conditions: scoped },
      {
        action: 'create',
        ...given,
        subject: 'events',
        conditions: { ...scoped, 'source.serviceTopic': 'topic:runtime:emit' },
      },
      { action: ['read', 'create'], ...given, subject: 'pages', conditions: { ...conditions, workspaceId } },
    ],
  })
  assert.match(key.apiKey, /^[0-9a-f-]{36}$/)
  assert.deepEqual((await send('GET', keys)).body, [key])
  const replaced = await send('PUT', `${keys}/${key.apiKey}`, owner, { name: 'n', rules: [] })
  assert.deepEqual([replaced.status, replaced.body], [200, { ...key, name: 'n', rules: [] }])
  const deleted = await send('DELETE', `${keys}/${key.apiKey}`)
  assert.deepEqual([deleted.status, deleted.body], [200, { apiKey: key.apiKey }])
  assert.deepEqual((await send('GET', keys)).body, [])
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { name: 'n', rules: [] } : undefined
    const gone = await send(method, `${keys}/${key.apiKey}`, owner, body)
    assert.equal(gone.status, 404)
    assert.deepEqual(gone.body, { error: 'ObjectNotFoundError', message: 'Object not found', details: [] })
  }
  const { body } = await send('GET', `${workspace}/events?limit=10`)
  const trail = (body as { result: { events: Listed[] } }).result.events.map(({ type }) => type)
  assert.deepEqual(
    trail.filter((type) => type.startsWith('apikeys.')),
    ['apikeys.deleted', 'apikeys.updated', 'apikeys.created'],
  )
  for (const text of [JSON.stringify(body), croft.output()]) {
    assert.ok(!text.includes(key.apiKey), 'the value of the key is in the trail or the log')
  }
})

test('another workspace’s ids are not found, in every place', async () => {
  const key = await makeKey()
  const foreign = { token: other.token }
  const body = { name: 'x', rules: [] }
  const share = { target: { id: NOBODY }, permissions: { role: 'editor' } }
  for (const [method, path, given] of [
    ['GET', keys],
    ['POST', keys, body],
    ['PUT', `${keys}/${key}`, body],
    ['DELETE', `${keys}/${key}`],
    ['GET', `${workspace}/security`],
    ['PUT', `${workspace}/security`, {}],
    ['GET', `${workspace}/security/roles`],
    ['GET', `${workspace}/permissions`],
    ['POST', `${workspace}/permissions`, share],
    ['DELETE', `${workspace}/permissions/${NOBODY}`],
    ['GET', `${workspace}/usage`],
    ['GET', workspace],
  ] as const) {
    const answer = await send(method, path, foreign, given)
    assert.equal(answer.status, 404, `${method} ${path}`)
    const details = { subjectType: 'workspaces', query: { id: workspaceId } }
    assert.deepEqual(answer.body, { error: 'ObjectNotFoundError', message: 'Object not found', details })
    assert.equal((await send(method, path, { key: NOBODY }, given)).status, 404, `${method} ${path}`)
    assert.equal((await send(method, path, {}, given)).status, 401, `${method} ${path}`)
    assert.equal((await send(method, path, { token: 'garbage' }, given)).status, 401, `${method} ${path}`)
  }
  const mixed = await send('DELETE', `/v2/workspaces/${other.id}/security/apikeys/${key}`, foreign)
  assert.deepEqual([mixed.status, (mixed.body as { details: unknown }).details], [404, []])
  assert.deepEqual((await send('GET', `${workspace}/events`, foreign)).body, { result: { events: [] } })
  const mine = await makeKey({ action: 'manage', subject: 'all' })
  assert.equal((await send('GET', workspace, { key: mine })).status, 200)
  assert.equal((await send('GET', `/v2/workspaces/${other.id}`, { key: mine })).status, 404)
})

test('a refusal has the reason of the rule and the id', async () => {
  const reason = 'Nobody looks at usage'
  const key = await makeKey({ action: 'get_usage', subject: 'workspaces', inverted: true, reason })
  const refused = await send('GET', `${workspace}/usage`, { ...owner, key })
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.body, {
    error: 'ForbiddenError',
    message: `${reason} ${workspaceId}`,
    details: { action: 'get_usage', subjectType: 'workspaces', id: workspaceId },
  })
  const plain = await send('GET', `${workspace}/usage`, { key })
  assert.equal((plain.body as { message: string }).message, `${reason} ${workspaceId}`)
  const none = await send('GET', `${workspace}/usage`, { key: await makeKey() })
  assert.equal(
    (none.body as { message: string }).message,
    `Cannot execute "get_usage" on "workspaces" ${workspaceId}`,
  )
  await send('DELETE', `${keys}/${key}`)
  assert.equal((await send('GET', `${workspace}/usage`, { ...owner, key })).status, 200)
})

test('input that does not fit is told field by field', async () => {
  const { status, body } = await send('POST', keys, owner, { rules: 'x' })
  assert.equal(status, 400)
  assert.deepEqual(body, {
    error: 'RequestValidationError',
    message: "request.body should have required property 'name', request.body.rules should be array",
    details: [
      {
        path: '.body.name',
        message: "should have required property 'name'",
        errorCode: 'required.openapi.validation',
      },
      { path: '.body.rules', message: 'should be array', errorCode: 'type.openapi.validation' },
    ],
  })
  const media = await fetch(`${url}${keys}`, { method: 'POST', headers: headersOf(owner) })
  assert.equal(media.status, 400)
  assert.equal(((await media.json()) as { message: string }).message, 'unsupported media type undefined')
  for (const method of ['GET', 'PATCH']) {
    const answer = await send(method, `${keys}/${NOBODY}`)
    assert.equal(answer.status, 400)
    const { error, message } = answer.body as { error: string; message: string }
    assert.deepEqual([error, message], ['RequestValidationError', `${method} method not allowed`])
  }
})

test('a workspace’s security decides over roles and keys, and is kept as it was put', async () => {
  const rules = [
    { action: 'get_usage', subject: 'workspaces', inverted: true, reason: 'Closed' },
    { action: 'read', subject: 'workspaces' },
  ]
  const security = { authorizations: { roles: { agent: { description: 'Helps' } }, rules } }
  assert.deepEqual((await send('PUT', `${workspace}/security`, owner, security)).body, security)
  assert.deepEqual((await send('GET', `${workspace}/security`)).body, security)
  const roles = await send('GET', `${workspace}/security/roles`)
  assert.deepEqual(roles.body, [
    { name: 'owner' },
    { name: 'editor' },
    { name: 'agent', description: 'Helps' },
  ])
  assert.equal((await send('GET', `${workspace}/usage`)).status, 403)
  const weak = await makeKey({ action: 'get_usage', subject: 'workspaces' })
  assert.equal((await send('GET', `${workspace}/usage`, { ...owner, key: weak })).status, 403)
  assert.equal(
    (await send('GET', workspace, { key: NOBODY })).status,
    200,
    'rules without a role are for all',
  )
  assert.equal((await send('PUT', `${workspace}/security`, owner, {})).status, 200)
  assert.equal((await send('GET', `${workspace}/usage`)).status, 200)
  assert.equal((await send('GET', workspace, { key: NOBODY })).status, 404)
})

test('events are followed as they happen, as far as the rules go', async () => {
  const conditions = { type: { $regex: '^app\\.' } }
  const key = await makeKey({ action: ['read', 'create'], subject: 'events', conditions })
  const ends = new AbortController()
  const live = await fetch(`${url}${workspace}/events`, {
    headers: { ...headersOf({ key }), accept: 'text/event-stream' },
    signal: ends.signal,
  })
  assert.equal(live.status, 200)
  assert.match(live.headers.get('content-type') ?? '', /^text\/event-stream/)
  await makeKey()
  for (const type of ['app.one', 'app.two']) {
    const sent = await send('POST', `${workspace}/events`, { key }, { events: [{ type, payload: { n: 1 } }] })
    assert.deepEqual(sent.body, { result: 'ok' })
  }
  let text = ''
  assert.ok(live.body)
  for await (const chunk of live.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes('app.two')) break
  }
  ends.abort()
  const seen = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Listed)
  assert.deepEqual(
    seen.map(({ type, payload }) => ({ type, payload })),
    [
      { type: 'app.one', payload: { n: 1 } },
      { type: 'app.two', payload: { n: 1 } },
    ],
  )
  const listed = (await send('GET', `${workspace}/events`, { key })).body as { result: { events: Listed[] } }
  assert.deepEqual(
    listed.result.events.map(({ id }) => id),
    seen.map(({ id }) => id).reverse(),
  )
})
