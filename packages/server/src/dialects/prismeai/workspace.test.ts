import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPrismeaiApp, type PrismeaiApp } from '../../../test/prismeai-app.ts'
import { newId } from '../../platform/ids/index.ts'

const WS = '/v2/workspaces/{ws}'

/** A user of the first workspace with this role, and a token of that user. */
async function userWith(given: PrismeaiApp, email: string, role: string, id = given.acme.id) {
  const user = await createTestUser(given, email, role, { type: 'workspace', id })
  const token = await given.access.createUserToken(given.system, { userId: user.id, name: 'test' })
  return { id: user.id, token }
}

test('security is empty at first, kept as it was put, and decides at once', async (t) => {
  const given = await createPrismeaiApp(t)
  const { send, acme, makeKey } = given
  assert.deepEqual((await send('GET', `${WS}/security`)).body, {})
  const security = {
    authorizations: {
      roles: { agent: { description: 'Helps', auth: { apiKey: { value: 'secret' } } }, editor: {} },
      rules: [
        { action: ['get_usage'], subject: 'workspaces', inverted: true, reason: 'Not even you' },
        { action: 'read', subject: ['workspaces'], role: 'agent' },
      ],
    },
    authentication: { clientId: 'x' },
  }
  const put = await send('PUT', `${WS}/security`, { body: security })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const shown = structuredClone(security) as unknown as {
    authorizations: { roles: { agent: { auth: object } } }
  }
  shown.authorizations.roles.agent.auth = { apiKey: {} }
  assert.deepEqual(put.body, shown)
  assert.deepEqual((await send('GET', `${WS}/security`)).body, shown)
  assert.deepEqual((await send('GET', `${WS}/security/roles`)).body, [{ name: 'owner' }, { name: 'editor' }])

  const refused = await send('GET', `${WS}/usage`)
  assert.deepEqual([refused.status, refused.body.message], [403, `Not even you ${acme.id}`])
  // A key's rule without a priority does not lift it, one with a larger priority does.
  const weak = await makeKey([{ action: 'get_usage', subject: 'workspaces' }])
  assert.equal((await send('GET', `${WS}/usage`, { key: weak })).status, 403)
  const strong = await makeKey([{ action: 'get_usage', subject: 'workspaces', priority: 999 }])
  assert.equal((await send('GET', `${WS}/usage`, { key: strong })).status, 200)
  await send('PUT', `${WS}/security`, { body: {} })
  assert.equal((await send('GET', `${WS}/usage`)).status, 200)
  assert.equal((await send('GET', `${WS}/usage`, { key: weak })).status, 200)
})

test('rules of the role default are for everybody, also for who is nobody', async (t) => {
  const { send, otherToken } = await createPrismeaiApp(t)
  const nobody = { key: newId() }
  assert.equal((await send('GET', WS, nobody)).status, 404)
  const rules = [{ action: 'read', subject: 'workspaces' }]
  await send('PUT', `${WS}/security`, { body: { authorizations: { rules } } })
  assert.equal((await send('GET', WS, nobody)).status, 200)
  assert.equal((await send('GET', WS, { as: otherToken })).status, 200)
  assert.equal((await send('GET', '/v2/workspaces/{other}', nobody)).status, 404)
  assert.equal((await send('GET', WS, { as: null })).status, 401)
})

test('security that is wrong, and those who may not put it', async (t) => {
  const given = await createPrismeaiApp(t)
  const { send, otherToken, makeKey } = given
  const put = (rules: object[], roles: object = {}) =>
    send('PUT', `${WS}/security`, { body: { authorizations: { roles, rules } } })
  const rule = { action: 'read', subject: 'events' }
  for (const [answer, message] of [
    [await put([{ ...rule, role: 'x' }]), "Unknown custom role 'x' referenced in a rule"],
    [await put([{ ...rule, role: ['owner'] }]), "Reserved role 'owner cannot be overriden !'"],
    [await put([], { owner: {} }), "Reserved role 'owner cannot be overriden !'"],
    [await put([{ ...rule, subject: [] }]), "Forbidden subjectType '' found in security rules"],
  ] as const) {
    assert.deepEqual(answer, { status: 400, body: { error: 'InvalidSecurity', message, details: [] } })
  }
  const bad = await put([{ ...rule, conditions: { a: null } }])
  assert.equal(bad.status, 400)
  assert.ok(Array.isArray(bad.body.details) && bad.body.details.length === 1)
  const editor = await userWith(given, 'editor@example.com', 'workspace-editor')
  const body = { authorizations: { rules: [rule] } }
  const weak = await send('PUT', `${WS}/security`, { body, as: editor.token })
  assert.equal(weak.status, 403)
  const key = await makeKey([{ action: 'manage_security', subject: 'workspaces' }])
  const half = await send('PUT', `${WS}/security`, { body, key })
  assert.deepEqual([half.status, half.body.error], [403, 'ForbiddenError'])
  assert.equal((await send('PUT', `${WS}/security`, { body: {}, key })).status, 200)
  for (const path of [`${WS}/security`, `${WS}/security/roles`, `${WS}/usage`, WS, `${WS}/permissions`]) {
    assert.equal((await send('GET', path, { as: otherToken })).status, 404, path)
    assert.equal((await send('GET', path.replace('{ws}', newId()))).status, 404, path)
    assert.equal((await send('GET', path, { as: null })).status, 401, path)
  }
  assert.equal((await send('PUT', `${WS}/security`, { body, as: otherToken })).status, 404)
})

test('a workspace is shared, and what was shared is taken back', async (t) => {
  const given = await createPrismeaiApp(t)
  const { send, otherToken, db } = given
  const admin = await userWith(given, 'admin@example.com', 'workspace-admin')
  const guest = await userWith(given, 'guest@example.com', 'workspace-admin', given.other.id)
  const as = admin.token
  const share = (target: object, permissions: object, from = as) =>
    send('POST', `${WS}/permissions`, { body: { target, permissions }, as: from })
  const sees = async () => (await send('GET', WS, { as: guest.token })).status
  assert.equal(await sees(), 404)
  const shared = await share({ id: guest.id }, { role: 'editor' })
  assert.equal(shared.status, 200, JSON.stringify(shared.body))
  const target = { id: guest.id, displayName: 'guest@example.com' }
  assert.deepEqual(shared.body, { target, permissions: { role: 'editor' } })
  assert.equal(await sees(), 200)
  const listed = await send('GET', `${WS}/permissions`, { as })
  assert.deepEqual(listed.body, {
    result: [
      { target: { id: admin.id, displayName: 'admin@example.com' }, permissions: { role: 'owner' } },
      { target, permissions: { role: 'editor' } },
    ],
  })
  assert.deepEqual((await share({ id: guest.id }, { policies: { read: true } })).status, 200)
  assert.equal((await share({ id: admin.id }, { role: 'owner' }, guest.token)).status, 403)

  const rules = [{ action: 'get_usage', subject: 'workspaces', role: 'agent' }]
  const security = { authorizations: { roles: { agent: {} }, rules } }
  assert.equal((await send('PUT', `${WS}/security`, { body: security, as })).status, 200)
  assert.equal((await share({ id: guest.id }, { role: 'agent' })).status, 200)
  assert.equal((await send('GET', `${WS}/usage`, { as: guest.token })).status, 200)
  const removed = await send('PUT', `${WS}/security`, { body: {}, as })
  assert.deepEqual([removed.status, removed.body.error], [400, 'InvalidSecurity'])
  assert.equal(
    removed.body.message,
    "Can't delete agent role as it is still assigned to some user in your workspace",
  )
  for (const _twice of [1, 2]) {
    const gone = await send('DELETE', `${WS}/permissions/${guest.id}`, { as })
    assert.deepEqual([gone.status, gone.body], [200, { id: guest.id }])
  }
  assert.equal(await sees(), 404)
  assert.equal((await send('GET', `${WS}/usage`, { as: guest.token })).status, 404)

  for (const [body, error] of [
    [await share({ id: newId() }, { role: 'editor' }), 'CollaboratorNotFound'],
    [await share({ id: guest.id }, { role: 'nobody' }), 'UnknownRole'],
    [await share({ public: true }, { policies: { read: true } }), 'RequestValidationError'],
    [await share({ role: 'editor' }, { policies: { read: true } }), 'RequestValidationError'],
    [await share({ id: guest.id }, { policies: { delete: true } }), 'RequestValidationError'],
    [await share({ id: guest.id }, {}), 'RequestValidationError'],
  ] as const) {
    assert.deepEqual([body.status, body.body.error], [400, error])
  }
  assert.equal((await share({ id: guest.id }, { role: 'editor' }, otherToken)).status, 404)
  const actions = await db
    .selectFrom('events')
    .select('action')
    .where('action', 'like', 'workspaces.perm%')
    .execute()
  assert.equal(actions.length, 4)
})

test('events are emitted, and listed as far as the rules go', async (t) => {
  const { send, makeKey, otherToken, acme } = await createPrismeaiApp(t)
  const emit = (events: object[], by = {}) => send('POST', `${WS}/events`, { body: { events }, ...by })
  const key = await makeKey([
    { action: ['create', 'read'], subject: 'events', conditions: { type: { $regex: '^app\\.' } } },
  ])
  assert.deepEqual((await emit([{ type: 'app.x', payload: { a: 1 } }, { type: 'app.y' }], { key })).body, {
    result: 'ok',
  })
  const refused = await emit([{ type: 'app.z' }, { type: 'database.deleted' }], { key })
  assert.deepEqual([refused.status, refused.body.error], [403, 'ForbiddenError'])
  assert.equal(refused.body.message, 'Cannot execute "create" on "events" undefined')
  assert.equal((refused.body.details as { subject: { type: string } }).subject.type, 'database.deleted')
  const forged = await emit([{ type: 'app.x', source: { serviceTopic: 'topic:workspaces' } }], { key })
  assert.equal(forged.status, 403)
  const seen = (await send('GET', `${WS}/events`, { key })).body as unknown as {
    result: { events: { id: string; type: string; payload: unknown; source: Record<string, unknown> }[] }
  }
  assert.deepEqual(
    seen.result.events.map(({ type, payload }) => ({ type, payload })),
    [
      { type: 'app.y', payload: undefined },
      { type: 'app.x', payload: { a: 1 } },
    ],
  )
  assert.equal(seen.result.events[0]?.source.serviceTopic, 'topic:runtime:emit')
  assert.equal(seen.result.events[0]?.source.workspaceId, acme.id)
  const [newest] = seen.result.events
  const older = await send('GET', `${WS}/events?limit=1&beforeId=${newest?.id}`, { key })
  assert.equal((older.body as unknown as typeof seen).result.events[0]?.type, 'app.x')
  const all = await send('GET', `${WS}/events`)
  assert.ok((all.body as unknown as typeof seen).result.events.some(({ type }) => type === 'apikeys.created'))
  assert.deepEqual((await send('GET', `${WS}/events`, { as: otherToken })).body, { result: { events: [] } })
  assert.equal((await emit([{ type: 'x' }], { as: otherToken })).status, 403)
  assert.equal((await emit([{ type: 'x' }], { as: null })).status, 401)
  for (const bad of [[], [{}], [{ type: 'x', payload: 'a\0' }], [{ type: '' }]]) {
    assert.equal((await emit(bad)).status, 400, JSON.stringify(bad))
  }
  for (const query of ['limit=0', 'limit=x', 'beforeId=x', 'beforeDate=x'])
    assert.equal((await send('GET', `${WS}/events?${query}`)).status, 400, query)
})

test('workspaces are listed and shown as far as the rules go', async (t) => {
  const { send, acme, makeKey } = await createPrismeaiApp(t)
  const [one] = (await send('GET', '/v2/workspaces')).body as unknown as { id: string; name: string }[]
  assert.deepEqual([one?.id, one?.name], [acme.id, acme.name])
  assert.deepEqual((await send('GET', WS)).body, one as unknown)
  assert.deepEqual((await send('GET', '/v2/workspaces?page=1')).body, [] as unknown)
  assert.deepEqual((await send('GET', '/v2/workspaces', { key: newId() })).body, [] as unknown)
  const key = await makeKey([{ action: 'read', subject: 'workspaces' }])
  assert.deepEqual((await send('GET', '/v2/workspaces', { key })).body, [one] as unknown)
  assert.equal((await send('GET', `${WS}/usage`, { key })).status, 403)
  const usage = await send(
    'GET',
    `${WS}/usage?afterDate=2026-01-01T00:00:00Z&beforeDate=2026-02-01T00:00:00Z`,
  )
  assert.deepEqual(usage.body, {
    workspaceId: acme.id,
    afterDate: '2026-01-01T00:00:00.000Z',
    beforeDate: '2026-02-01T00:00:00.000Z',
    databases: 0,
    operations: 0,
    sizeBytes: 0,
  })
  const swapped = await send(
    'GET',
    `${WS}/usage?afterDate=2027-01-01T00:00:00Z&beforeDate=2026-02-01T00:00:00Z`,
  )
  assert.equal(swapped.status, 400)
})

test('what is not offered says why, to those with credentials only', async (t) => {
  const { send } = await createPrismeaiApp(t)
  const answer = await send('GET', `${WS}/automations`)
  assert.deepEqual([answer.status, answer.body.error], [501, 'NotSupported'])
  assert.match(String(answer.body.message), /automations/)
  assert.equal((await send('GET', `${WS}/automations`, { as: null })).status, 401)
  const nothing = await send('GET', '/v2/nothing')
  assert.deepEqual(nothing, {
    status: 404,
    body: { error: 'ObjectNotFoundError', message: 'Object not found', details: [] },
  })
})
