import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { userTokens } from '../harness/user-tokens.ts'
import { type As, prismeaiClient } from './client.ts'

// What rules decide is asked by emitting events: each is checked as it is sent, payload and all.
const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { send, makeKey, owner, workspace, keys } = prismeaiClient(croft)

const emit = async (as: As, payload: unknown, type = 'app.x') =>
  (await send('POST', `${workspace}/events`, as, { events: [{ type, payload }] })).status

const create = (more: object = {}) => ({ action: 'create', subject: 'events', ...more })

/** Conditions on the payload, payloads that they match, and payloads that they do not. */
const OPERATORS: readonly (readonly [conditions: object, yes: readonly unknown[], no: readonly unknown[]])[] =
  [
    [{}, [{}, undefined, 1], []],
    [{ 'payload.a': 1 }, [{ a: 1 }, { a: [2, 1] }], [{ a: '1' }, { a: 2 }, {}]],
    [{ 'payload.a': { $eq: 'x' } }, [{ a: 'x' }], [{ a: 'X' }, {}]],
    [{ 'payload.a': { $ne: 'x' } }, [{ a: 'y' }, {}], [{ a: 'x' }]],
    [{ 'payload.a': { $lt: 5 } }, [{ a: 4 }], [{ a: 5 }, { a: '4' }, {}]],
    [{ 'payload.a': { $lte: 5 } }, [{ a: 5 }], [{ a: 6 }]],
    [{ 'payload.a': { $gt: '2026-01-01' } }, [{ a: '2026-01-02' }], [{ a: '2025-12-31' }]],
    [{ 'payload.a': { $gte: 1, $lt: 3 } }, [{ a: 1 }, { a: 2 }], [{ a: 0 }, { a: 3 }]],
    [{ 'payload.a': { $in: ['x', 1] } }, [{ a: 'x' }, { a: 1 }, { a: ['y', 'x'] }], [{ a: '1' }, {}]],
    [{ 'payload.a': { $nin: ['x'] } }, [{ a: 'y' }, {}], [{ a: 'x' }]],
    [{ 'payload.a': { $all: [1, 2] } }, [{ a: [2, 1, 3] }], [{ a: [1] }, {}]],
    [{ 'payload.a': { $size: 2 } }, [{ a: [1, 2] }], [{ a: [1] }, { a: 2 }]],
    [{ 'payload.a': { $regex: '^ab' } }, [{ a: 'abc' }], [{ a: 'cab' }, { a: 1 }]],
    [{ 'payload.a': { $regex: '^AB', $options: 'i' } }, [{ a: 'abc' }], [{ a: 'b' }]],
    [{ 'payload.a': { $exists: true } }, [{ a: 0 }], [{}]],
    [{ 'payload.a': { $exists: false } }, [{}], [{ a: 0 }]],
    [
      { 'payload.a': { $elemMatch: { b: 1, c: { $gt: 1 } } } },
      [{ a: [{ b: 1, c: 2 }] }],
      [{ a: [{ b: 1 }, { c: 2 }] }, { a: [] }],
    ],
    [{ 'payload.a.b': 1 }, [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: 1 }] }], [{ a: 1 }]],
    [{ 'payload.a.1': 'x' }, [{ a: ['y', 'x'] }], [{ a: ['x'] }]],
    [{ 'payload.a': true, 'payload.b': 2 }, [{ a: true, b: 2 }], [{ a: true }, { b: 2 }]],
  ]

for (const [conditions, yes, no] of OPERATORS) {
  test(`conditions ${JSON.stringify(conditions)}`, async () => {
    const allowing = { key: await makeKey(create({ conditions })) }
    const denying = { ...owner, key: await makeKey(create({ conditions, inverted: true })) }
    for (const [payloads, allowed, denied] of [
      [yes, 200, 403],
      [no, 403, 200],
    ] as const) {
      for (const payload of payloads) {
        assert.equal(await emit(allowing, payload), allowed, `allow, ${JSON.stringify(payload)}`)
        assert.equal(await emit(denying, payload), denied, `deny, ${JSON.stringify(payload)}`)
      }
    }
  })
}

const only = (a: string) => ({ conditions: { 'payload.a': a } })
const deny = { inverted: true }

/** Rules of a key that nobody else sends, and whether it may then emit `{ a: 'x' }`. */
const PRECEDENCE: readonly (readonly [what: string, rules: readonly object[], allowed: boolean])[] = [
  ['nothing', [], false],
  ['an allow', [create()], true],
  ['a deny behind an allow', [create(), create(deny)], false],
  ['a deny before an allow', [create(deny), create()], false],
  ['a deny that does not match', [create({ ...deny, ...only('y') }), create()], true],
  ['a general deny against a special allow', [create(only('x')), create(deny)], false],
  ['an allow with a priority', [create({ priority: 1 }), create(deny)], true],
  ['an allow with a negative priority', [create({ priority: -1 }), create(deny)], true],
  ['an allow with the priority 0, which is none', [create({ priority: 0 }), create(deny)], false],
  ['the larger priority', [create({ priority: 2 }), create({ ...deny, priority: 1 })], true],
  ['the larger priority of a deny', [create({ priority: 1 }), create({ ...deny, priority: 2 })], false],
  ['the later of two equal priorities', [create({ ...deny, priority: 1 }), create({ priority: 1 })], true],
  [
    'the later of two equal priorities, a deny',
    [create({ priority: 1 }), create({ ...deny, priority: 1 })],
    false,
  ],
  ['manage', [{ action: 'manage', subject: 'events' }], true],
  ['all', [{ action: 'create', subject: 'all' }], true],
  ['another action', [{ action: ['read', 'update', 'delete'], subject: 'events' }], false],
  ['another subject', [{ action: 'manage', subject: 'workspaces' }], false],
  ['somebody else’s scope, overridden', [create({ conditions: { 'source.workspaceId': 'x' } })], true],
  ['a variable that nobody has', [create({ conditions: { 'payload.a': '${user.nothing}' } })], false],
  [
    'a deny with such a variable',
    [create(), create({ ...deny, conditions: { type: '{{session.id}}' } })],
    true,
  ],
]

for (const [what, rules, allowed] of PRECEDENCE) {
  test(`precedence: ${what}`, async () => {
    assert.equal(await emit({ key: await makeKey(...rules) }, { a: 'x' }), allowed ? 200 : 403)
  })
}

test('variables are those of who sends the key', async () => {
  const workspaces = (await send('GET', '/v2/workspaces')).body as { name: string }[]
  const { accessToken } = await userTokens(croft, workspaces[0]?.name ?? '')
  const email = croft.bootstrap.adminEmail
  for (const variable of ['${user.email}', '{{user.email}}']) {
    const conditions = { 'payload.by': variable }
    const key = await makeKey(create({ inverted: true, reason: 'Not yourself', conditions }))
    assert.equal(await emit({ token: accessToken, key }, { by: email }), 403)
    assert.equal(await emit({ token: accessToken, key }, { by: 'me' }), 200)
    // A service token is no user: the rule does not apply.
    assert.equal(await emit({ ...owner, key }, { by: email }), 200)
  }
  const inside = await makeKey(create({ inverted: true, conditions: { 'payload.by': '<${user.email}>' } }))
  assert.equal(await emit({ token: accessToken, key: inside }, { by: `<${email}>` }), 403)
})

test('a key that is wrong, or with an operator that is none, is never made', async () => {
  for (const conditions of [{ $or: [] }, { a: { $not: 1 } }, { a: null }, { a: { $regex: '[' } }]) {
    const { status, body } = await send('POST', keys, owner, { name: 'x', rules: [create({ conditions })] })
    assert.deepEqual([status, (body as { error: string }).error], [400, 'InvalidSecurity'])
  }
})
