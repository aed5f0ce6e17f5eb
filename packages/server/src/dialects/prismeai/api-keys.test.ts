import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismeaiApp } from '../../../test/prismeai-app.ts'
import { newId } from '../../platform/ids/index.ts'

const KEYS = '/v2/workspaces/{ws}/security/apikeys'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('a key is made with its rules normalised, listed, replaced and deleted', async (t) => {
  const { send, acme, db } = await createPrismeaiApp(t)
  const conditions = { type: { $regex: '^a' } }
  const common = { inverted: true, reason: 'no way' }
  const rule = { action: ['read', 'create'], subject: ['events', 'pages'], ...common, conditions }
  const made = await send('POST', KEYS, { body: { name: 'CI', rules: [rule], unknown: 1 } })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const { apiKey, ...rest } = made.body
  assert.match(String(apiKey), UUID)
  const events = { ...conditions, 'source.workspaceId': acme.id }
  const rules = [
    { action: ['read'], ...common, subject: 'events', conditions: events },
    {
      action: 'create',
      ...common,
      subject: 'events',
      conditions: { ...events, 'source.serviceTopic': 'topic:runtime:emit' },
    },
    {
      action: ['read', 'create'],
      ...common,
      subject: 'pages',
      conditions: { ...conditions, workspaceId: acme.id },
    },
  ]
  assert.deepEqual(rest, { name: 'CI', rules, subjectType: 'workspaces', subjectId: acme.id })

  const second = await send('POST', KEYS, { body: { name: 'CI', rules: [] } })
  assert.deepEqual((await send('GET', KEYS)).body, [made.body, second.body])

  const kept = { action: 'manage', subject: 'all', priority: -5, role: ['x'] }
  const replaced = await send('PUT', `${KEYS}/${apiKey}`, { body: { name: 'new', rules: [kept] } })
  assert.equal(replaced.status, 200)
  assert.deepEqual(replaced.body, { ...made.body, name: 'new', rules: [{ ...kept, action: ['manage'] }] })

  const gone = await send('DELETE', `${KEYS}/${apiKey}`)
  assert.deepEqual([gone.status, gone.body], [200, { apiKey }])
  assert.deepEqual((await send('GET', KEYS)).body, [second.body])
  for (const method of ['PUT', 'DELETE'] as const) {
    const body = method === 'PUT' ? { body: { name: 'x', rules: [] } } : {}
    const answer = await send(method, `${KEYS}/${apiKey}`, body)
    assert.equal(answer.status, 404)
    assert.deepEqual(answer.body, { error: 'ObjectNotFoundError', message: 'Object not found', details: [] })
  }
  const trail = await db
    .selectFrom('events')
    .selectAll()
    .where('action', 'like', 'apikeys.%')
    .orderBy('id')
    .execute()
  assert.deepEqual(
    trail.map((event) => event.action),
    ['apikeys.created', 'apikeys.created', 'apikeys.updated', 'apikeys.deleted'],
  )
  assert.ok(!JSON.stringify(trail).includes(String(apiKey)), 'the value is in the trail')
})

test('input is refused in the words of the original', async (t) => {
  const { send, app, acme, token } = await createPrismeaiApp(t)
  const post = (body: unknown) => send('POST', KEYS, { body })
  const required = (name: string) => ({
    path: `.body.${name}`,
    message: `should have required property '${name}'`,
    errorCode: 'required.openapi.validation',
  })
  assert.deepEqual(await post({ rules: 'x' }), {
    status: 400,
    body: {
      error: 'RequestValidationError',
      message: "request.body should have required property 'name', request.body.rules should be array",
      details: [
        required('name'),
        { path: '.body.rules', message: 'should be array', errorCode: 'type.openapi.validation' },
      ],
    },
  })
  const fields = await post({ name: 'a', rules: [{ action: 'read', subject: 'events', fields: ['id'] }] })
  assert.equal(fields.body.message, 'request.body.rules[0] should NOT have additional properties')
  assert.deepEqual(fields.body.details, [
    {
      path: '.body.rules[0].fields',
      message: 'should NOT have additional properties',
      errorCode: 'additionalProperties.openapi.validation',
    },
  ])
  const unknown = await post({ name: 'a', rules: [{ action: 'fly', subject: 'events' }] })
  assert.equal(unknown.status, 400)
  assert.match(
    String(unknown.body.message),
    /request\.body\.rules\[0\]\.action should be equal to one of the allowed/,
  )
  assert.match(String(unknown.body.message), /should match exactly one schema in oneOf/)
  const empty = await post({ name: 'a', rules: [{ action: [], subject: 'events' }] })
  assert.deepEqual(empty, {
    status: 400,
    body: {
      error: 'InvalidSecurity',
      message: "Forbidden actionType '' found in security rules",
      details: [],
    },
  })
  for (const [headers, type] of [
    [{}, 'undefined'],
    [{ 'content-type': 'text/plain' }, 'text/plain'],
  ] as const) {
    const answer = await app.inject({
      method: 'POST',
      url: KEYS.replace('{ws}', acme.id),
      headers: { authorization: `Bearer ${token}`, ...headers },
      payload: Buffer.from('{}'),
    })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().message, `unsupported media type ${type}`)
  }
})

test('conditions that could never match are refused with the place', async (t) => {
  const { send } = await createPrismeaiApp(t)
  for (const [conditions, place] of [
    [{ $or: [{ a: 1 }] }, 'conditions.$or'],
    [{ a: { $where: 'x' } }, 'conditions.a.$where'],
    [{ a: null }, 'conditions.a'],
    [{ a: { b: 1 } }, 'conditions.a'],
    [{ a: [1] }, 'conditions.a'],
    [{ a: { $in: 'x' } }, 'conditions.a.$in'],
    [{ a: { $gt: 1, b: 2 } }, 'conditions.a'],
    [{ a: { $regex: '(' } }, 'conditions.a.$regex'],
    [{ a: { $regex: 'a', $options: 'q' } }, 'conditions.a.$regex'],
    [{ a: { $size: '1' } }, 'conditions.a.$size'],
    [{ a: '${subject.id}' }, 'conditions.a'],
  ] as const) {
    const rules = [{ action: 'read', subject: 'databases', conditions }]
    const { status, body } = await send('POST', KEYS, { body: { name: 'x', rules } })
    assert.deepEqual([status, body.error], [400, 'InvalidSecurity'], JSON.stringify(conditions))
    assert.ok(body.message?.startsWith(`rules.0.${place} `), `${JSON.stringify(conditions)}: ${body.message}`)
  }
  for (const priority of [1000, 1.5, -1000]) {
    const rules = [{ action: 'read', subject: 'databases', priority }]
    assert.equal((await send('POST', KEYS, { body: { name: 'x', rules } })).status, 400, `${priority}`)
  }
  const good = {
    a: { $in: '${user.topics}' },
    'permissions.${user.id}.role': 'owner',
    b: { $elemMatch: { c: { $gt: 1 }, d: 'x' } },
    e: { $exists: false },
    f: { $regex: '^(a|b)+$', $options: 'i' },
  }
  const rules = [{ action: 'read', subject: 'databases', conditions: good }]
  assert.equal((await send('POST', KEYS, { body: { name: 'x', rules } })).status, 200)
})

test('who may not, and what is not there', async (t) => {
  const { send, acme, other, otherToken, makeKey } = await createPrismeaiApp(t)
  const body = { name: 'x', rules: [] }
  const one = await makeKey([])
  for (const [method, path, more] of [
    ['GET', KEYS, {}],
    ['POST', KEYS, { body }],
    ['PUT', `${KEYS}/${one}`, { body }],
    ['DELETE', `${KEYS}/${one}`, {}],
  ] as const) {
    assert.deepEqual(await send(method, path, { ...more, as: null }), {
      status: 401,
      body: { error: 'AuthenticationError', message: 'Unauthenticated' },
    })
    const foreign = await send(method, path, { ...more, as: otherToken })
    assert.deepEqual(foreign, {
      status: 404,
      body: {
        error: 'ObjectNotFoundError',
        message: 'Object not found',
        details: { subjectType: 'workspaces', query: { id: acme.id } },
      },
    })
    const weak = await send(method, path, { ...more, key: one })
    assert.deepEqual(weak, {
      status: 403,
      body: {
        error: 'ForbiddenError',
        message: `Cannot execute "manage_permissions" on "workspaces" ${acme.id}`,
        details: { action: 'manage_permissions', subjectType: 'workspaces', id: acme.id },
      },
    })
    assert.equal((await send(method, path, { ...more, key: newId() })).status, 404)
  }
  const mine = await send('PUT', `/v2/workspaces/${other.id}/security/apikeys/${one}`, {
    body,
    as: otherToken,
  })
  assert.deepEqual([mine.status, mine.body.details], [404, []])
  for (const id of [newId(), 'nope', '%00']) {
    const answer = await send('GET', `/v2/workspaces/${id}/security/apikeys`)
    assert.equal(answer.status, 404)
    assert.equal(answer.body.error, 'ObjectNotFoundError')
  }
  for (const [method, path] of [
    ['GET', `${KEYS}/${one}`],
    ['PATCH', `${KEYS}/${one}`],
    ['PATCH', KEYS],
  ] as const) {
    const answer = await send(method, path)
    assert.deepEqual([answer.status, answer.body.message], [400, `${method} method not allowed`])
    assert.equal((await send(method, path, { as: null })).status, 401)
  }
})

test('a key may manage keys, and denies of a key restrict who sends it', async (t) => {
  const { send, acme, token, makeKey } = await createPrismeaiApp(t)
  const manager = await makeKey([{ action: 'manage_permissions', subject: 'workspaces' }])
  assert.equal((await send('GET', KEYS, { key: manager })).status, 200)
  const reason = 'keys are frozen'
  const frozen = await makeKey([
    { action: 'manage_permissions', subject: 'workspaces', inverted: true, reason },
  ])
  const refused = await send('GET', KEYS, { as: token, key: frozen })
  assert.deepEqual([refused.status, refused.body.message], [403, `${reason} ${acme.id}`])
  await send('DELETE', `${KEYS}/${frozen}`)
  assert.equal((await send('GET', KEYS, { as: token, key: frozen })).status, 200)
})

test('a key is not in the log', async (t) => {
  const { send, lines, makeKey } = await createPrismeaiApp(t)
  const key = await makeKey([])
  await send('PUT', `${KEYS}/${key}`, { body: { name: 'x', rules: [] } })
  await send('DELETE', `${KEYS}/${key}?x=1`)
  await send('DELETE', `${KEYS}/${key}/more`)
  assert.ok(lines.length >= 4)
  assert.ok(!lines.join('').includes(key), lines.join(''))
  assert.match(lines.join(''), /security\/apikeys\/\*\*\*/)
})

test('a key for all makes no credential that outlives it, and one against all forbids them too', async (t) => {
  const { send, app, acme, token } = await createPrismeaiApp(t)
  const made = async (rule: object) => {
    const { body } = await send('POST', KEYS, { body: { name: 'k', rules: [rule] } })
    return String(body.apiKey)
  }
  const mint = async (headers: Record<string, string>) => {
    const payload = { name: 't', workspaceId: acme.id }
    const answer = await app.inject({ method: 'POST', url: '/api/croft/v1/tokens', headers, payload })
    return answer.statusCode
  }
  const everything = await made({ action: 'manage', subject: 'all' })
  assert.equal(await mint({ 'x-prismeai-api-key': everything }), 403)
  assert.equal(await mint({ authorization: `Bearer ${everything}` }), 403)
  const nothing = await made({ action: 'manage', subject: 'all', inverted: true })
  assert.equal(await mint({ authorization: `Bearer ${token}` }), 201)
  assert.equal(await mint({ authorization: `Bearer ${token}`, 'x-prismeai-api-key': nothing }), 403)
})
