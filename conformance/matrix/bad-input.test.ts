import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { prismaId } from '../harness/prisma-id.ts'
import { type Answer, type Asked, type Asker, createAsker, escaped } from './asker.ts'
import { badBodies, fieldsOf, fits } from './bad-bodies.ts'
import { badQueries } from './bad-queries.ts'
import { callerOf } from './caller-of.ts'
import { badBodiesOf } from './dbaas/bad-bodies.ts'
import { badCredentials } from './dbaas/bad-credentials.ts'
import { badQueriesOf } from './dbaas/bad-queries.ts'
import { asPassword, basic } from './dbaas/basic.ts'
import { linkTo } from './dbaas/links.ts'
import { unreadableBodies } from './dbaas/unreadable.ts'
import { makeDeadCredentials } from './dead-credentials.ts'
import {
  ALIKE,
  DONE_ALREADY,
  type Expected,
  FOR_PLATFORM,
  invalid,
  isFine,
  malformed,
  missing,
  OF_ALL_TENANTS,
} from './expected.ts'
import { GOOD_BODIES } from './good-bodies.ts'
import {
  type Kind,
  kindOfField,
  kindOfParameter,
  OPERATIONS,
  type Operation,
  type Parameter,
} from './operations.ts'
import { own } from './own.ts'
import { itemsIn, queryWith, soundRequest } from './sound-request.ts'
import { type Ids, makeTenant, type Tenant } from './tenant.ts'

const BODY_LIMIT = 65_536

const dataDirectory = await newDataDirectory()
let croft: Croft
let asker: Asker
let first: Tenant
let second: Tenant
let dead: Readonly<Record<string, Record<string, string>>>
let begun: string
let snapshot: string

before(async () => {
  croft = await startCroft(dataDirectory, {
    CROFT_WORKSPACE_BACKUP_TARGETS: 'on',
    // Thousands of requests in a minute, from one address.
    CROFT_RATE_LIMIT: '0',
    CROFT_BODY_LIMIT: String(BODY_LIMIT),
  })
  asker = createAsker(croft)
  first = await makeTenant(croft, 'first')
  second = await makeTenant(croft, 'second')
  asker.hide(...first.secrets, ...second.secrets)
  dead = await makeDeadCredentials(croft, first)
  snapshot = await shown(first)
  begun = new Date().toISOString()
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

const BODIED = OPERATIONS.filter(({ body }) => body !== null)
const headersFor = (operation: Operation, tenant: Tenant) =>
  callerOf(operation, tenant, croft.bootstrap.adminToken)

const bodiesOf = ({ name }: Operation, ids: Ids) => GOOD_BODIES[name]?.(ids) ?? []

/** The path's parameters and the query's required ones, all of things that exist. */
const good = (operation: Operation, ids: Ids) => soundRequest(operation, ids)

// The trail and the statistics grow with every request, and a token is no session.
const CHANGING = /getUsage|[a-z]Events$|croft\.(getSession|listTargets|getRecoveryWindow)/
const BY_ITSELF = new Set([
  'power',
  'lastUsedAt',
  'lastSeenAt',
  'recovery',
  'warnings',
  'verification',
  'probedAt',
  'used_size_in_bytes',
])

/** Everything of a tenant that can be read, but for what changes by itself. */
async function shown(tenant: Tenant): Promise<string> {
  const all: unknown[] = []
  for (const operation of OPERATIONS.filter(({ method }) => method === 'GET')) {
    if (CHANGING.test(operation.name)) continue
    const headers = headersFor(operation, tenant)
    const answer = await asker.ask(operation, { ...good(operation, tenant.ids[operation.dialect]), headers })
    assert.equal(answer.status, 200, `${operation.name} ${answer.text}`)
    all.push([operation.name, answer.body])
  }
  return JSON.stringify(all, (key, value) => (BY_ITSELF.has(key) ? undefined : value), 1)
}

const counts: Record<string, number> = {}
const faults: string[] = []

/** Asks; an answer other than expected is noted, so that a run shows all of them. */
async function expectAnswer(
  operation: Operation,
  asked: Asked,
  [status, code]: Expected,
  what = '',
): Promise<Answer | null> {
  try {
    const answer = await asker.ask(operation, asked)
    if (answer.status === status && answer.code === code) return answer
    const path = Object.values(asked.path).join(' ')
    const sent = `${path} ${asked.query ?? ''} ${JSON.stringify(asked.body) ?? ''}`.slice(0, 200)
    faults.push(
      `${operation.name} ${what} ${sent}: ${answer.status} ${answer.text} instead of ${status} ${code}`,
    )
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error
    faults.push(`${operation.name} ${what}: ${error.message}`)
  }
  return null
}

/** A test of many requests, which says how many. */
function matrix(name: string, run: () => Promise<void>): void {
  test(name, async (t) => {
    const start = asker.count()
    await run()
    counts[name] = asker.count() - start
    assert.ok(asker.count() > start)
    t.diagnostic(`${counts[name]} requests`)
    assert.deepEqual(faults.splice(0), [])
  })
}

test('there is a good body for every operation that takes one, and only for those', () => {
  assert.deepEqual(Object.keys(GOOD_BODIES).sort(), BODIED.map(({ name }) => name).sort())
})

matrix('no credential, or one that is no good', async () => {
  const { token } = first
  const [header = '', payload = '', signature = ''] = token.split('.')
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
  const bad: Record<string, Record<string, string>> = {
    none: {},
    'no token': { authorization: 'Bearer' },
    'another scheme': { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` },
    'no scheme': { authorization: token },
    garbage: { authorization: 'Bearer garbage' },
    'bytes beyond ASCII': { authorization: 'Bearer \xff\xfe' },
    'very long': { authorization: `Bearer ${'x'.repeat(8000)}` },
    'two tokens': { authorization: `Bearer ${token} ${token}` },
    'another signature': { authorization: `Bearer ${header}.${payload}.${flipped}` },
    'no signature': { authorization: `Bearer ${unsigned}.${payload}.` },
    'another payload': { authorization: `Bearer ${header}.${payload}x.${signature}` },
    ...dead,
    'an agent’s': { authorization: `Bearer ${croft.bootstrap.agentToken}` },
  }
  const { 'another scheme': _basic, 'no scheme': _none, 'two tokens': _two, ...others } = bad
  const ofDbaas = badCredentials(token, others)
  for (const operation of OPERATIONS.filter(({ open }) => !open)) {
    const ids = first.ids[operation.dialect]
    const [body] = bodiesOf(operation, ids)
    const sound = { ...good(operation, ids), body }
    if (operation.dialect === 'dbaas') {
      // Whoever guesses passwords has to wait. All operations hear of them from the same place; one of them will do.
      for (const { fault, headers, expected, isGuess } of ofDbaas) {
        if (isGuess && operation.name !== 'dbaas.getRoot') continue
        await expectAnswer(operation, { ...sound, headers, elsewhere: true }, expected, fault)
      }
      const wrong = basic(`${randomUUID()}@example.com`, 'wrong')
      const refused: Expected = [401, 'Invalid username/password']
      await expectAnswer(
        operation,
        { ...sound, headers: wrong, elsewhere: true },
        refused,
        'a wrong password',
      )
      continue
    }
    for (const [fault, headers] of Object.entries(bad)) {
      await expectAnswer(operation, { ...sound, headers }, ALIKE[operation.dialect].unauthenticated, fault)
    }
  }
})

interface Place {
  readonly kind: Kind
  readonly field: string
  /** None in a body. */
  readonly parameter?: Parameter
}

/** Puts an id in every place of an operation that takes one; everything else is the second tenant's own. */
async function tryIds(
  operations: readonly Operation[],
  idOf: (kind: Kind, operation: Operation) => string | null,
  expect: (operation: Operation, place: Place) => Expected,
  by = headersFor,
): Promise<void> {
  for (const operation of operations) {
    const ids = second.ids[operation.dialect]
    const sound = { ...good(operation, ids), headers: by(operation, second) }
    const bodies = bodiesOf(operation, ids)
    const check = async (place: Place, asked: Asked) => {
      const isSound = operation.body === null || fits(operation.body, asked.body)
      const expected = isSound ? expect(operation, place) : invalid(operation)
      const answer = await expectAnswer(operation, asked, expected, place.field)
      if (answer?.status === 200 && !DONE_ALREADY.has(`${operation.name} ${place.field}`)) {
        assert.deepEqual(itemsIn(answer.body), [], operation.name)
      }
    }
    for (const parameter of operation.parameters) {
      const kind = kindOfParameter(operation, parameter)
      const id = kind && idOf(kind, operation)
      if (!kind || !id) continue
      const { name: field } = parameter
      const place = { kind, field, parameter }
      if (parameter.in === 'path') {
        await check(place, { ...sound, path: { ...sound.path, [field]: id }, body: bodies[0] })
      } else await check(place, { ...sound, query: queryWith(field, escaped(id)), body: bodies[0] })
    }
    for (const body of bodies) {
      for (const place of fieldsOf(body)) {
        const kind = kindOfField(operation, place)
        const id = kind && idOf(kind, operation)
        const link = kind && id && operation.dialect === 'dbaas' ? linkTo(kind, id) : id
        if (kind && link) await check({ kind, field: place.field }, { ...sound, body: place.replace(link) })
      }
    }
  }
}

const unknown = (operation: Operation, { kind, field }: Place): Expected =>
  isFine(operation, field) ? [200, null] : missing(operation, kind, field)

matrix('ids of another tenant are of nothing', () =>
  tryIds(
    OPERATIONS.filter(({ name }) => !FOR_PLATFORM.has(name)),
    (kind, { name, dialect }) => (OF_ALL_TENANTS.has(`${name} ${kind}`) ? null : first.ids[dialect][kind]),
    unknown,
  ),
)

/** As the dialect writes them, of nothing that there is. */
function idOfNothing(_: Kind, { dialect }: Operation): string {
  if (dialect === 'dbaas') return '999999'
  return dialect === 'prisma' ? prismaId('x', randomUUID()).slice(2) : randomUUID()
}

matrix('ids that nothing has', () => tryIds(OPERATIONS, idOfNothing, unknown))

matrix('ids that nothing has, by who may do everything', () =>
  tryIds(
    OPERATIONS,
    idOfNothing,
    (operation, place) =>
      operation.name === 'prismeai.emitEvents' ? ALIKE.prismeai.unroutable : unknown(operation, place),
    ({ dialect }) =>
      dialect === 'dbaas'
        ? asPassword(croft.bootstrap.adminToken)
        : { authorization: `Bearer ${croft.bootstrap.adminToken}` },
  ),
)

const MALFORMED = [
  'x-y',
  'UPPER_CASE',
  '0',
  'null',
  'x'.repeat(90),
  'x'.repeat(5000),
  "' or 1=1 --",
  '%00',
  '%0d%0aset-cookie:a=b',
  '../me',
  '💥',
]
/** Numbers to some, but not as the DBaaS API writes them. */
const ODD_NUMBERS = ['01', '1e3', '-1', '1.0', '+1', '0x1', '1_0', '٣', '9'.repeat(20), '1%20', '1/']

matrix('ids that are none', async () => {
  const ofDbaas = OPERATIONS.filter(({ dialect }) => dialect === 'dbaas')
  for (const id of [...MALFORMED, ...ODD_NUMBERS]) {
    await tryIds(
      ODD_NUMBERS.includes(id) ? ofDbaas : OPERATIONS,
      () => id,
      (operation, { kind, parameter }) => malformed(operation, kind, parameter, id),
    )
  }
})

matrix('bodies that cannot be read', async () => {
  for (const operation of OPERATIONS.filter(({ method }) => method !== 'GET')) {
    const { malformed: unreadable, tooLarge } = ALIKE[operation.dialect]
    const asked = good(operation, first.ids[operation.dialect])
    const caller = headersFor(operation, first)
    // Where a body matters to nothing the DBaaS API does not read it, and would do what it is asked.
    const isUnread = operation.dialect === 'dbaas' && operation.body === null
    const refused = (body: string, expected: Expected, type = 'application/json') =>
      expectAnswer(
        operation,
        { ...asked, body, headers: { ...caller, 'content-type': type } },
        expected,
        type,
      )
    if (operation.dialect === 'dbaas') {
      const bodies = isUnread ? [] : unreadableBodies(operation)
      for (const { body, type, expected } of bodies) await refused(body, expected, type)
      await refused(JSON.stringify({ name: 'x'.repeat(BODY_LIMIT) }), tooLarge)
      continue
    }
    for (const body of ['{', '{"name":}', "{'name':'x'}", 'name', '\u0000', '{"a":1}{"b":2}', '[[[[']) {
      await refused(body, unreadable)
    }
    await refused('{"__proto__":{"name":"x"}}', unreadable)
    await refused(`${'['.repeat(20_000)}${']'.repeat(20_000)}`, unreadable)
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/form-data',
    ]) {
      await refused('{"name":"x"}', unreadable, type)
    }
    await refused(JSON.stringify({ name: 'x'.repeat(BODY_LIMIT) }), tooLarge)
  }
})

matrix('fields that do not fit', async () => {
  for (const operation of BODIED) {
    const ids = first.ids[operation.dialect]
    if (operation.dialect === 'dbaas') {
      for (const { body, expected } of badBodiesOf(operation, ids)) {
        const asked = { ...good(operation, ids), body, token: first.token }
        await expectAnswer(operation, asked, expected)
      }
      continue
    }
    // Input is looked at before permissions are, so administrators' operations are no exception.
    for (const sound of bodiesOf(operation, ids)) {
      for (const { fault, body } of badBodies(operation.body ?? {}, sound)) {
        const asked = { ...good(operation, ids), body, token: first.token }
        await expectAnswer(operation, asked, invalid(operation), fault)
      }
    }
  }
})

matrix('queries that do not fit', async () => {
  for (const operation of OPERATIONS) {
    if (operation.name === 'croft.getSession') continue
    const sound = good(operation, first.ids[operation.dialect])
    const headers = headersFor(operation, first)
    const queries = operation.dialect === 'dbaas' ? badQueriesOf(operation) : badQueries(operation)
    for (const { query, expected } of queries) {
      const joined = [sound.query, query].filter(Boolean).join('&')
      await expectAnswer(operation, { ...sound, query: joined, headers }, expected)
    }
  }
})

test('nothing of all that changed anything', async (t) => {
  assert.equal(await shown(first), snapshot)
  const { data } = await own<{ data: { action: string }[] }>(croft, 'GET', `/events?limit=1000&from=${begun}`)
  assert.deepEqual(
    // A backup of before may be read back only now.
    data.filter(({ action }) => !/refused|denied|^backup\.verified$/.test(action)),
    [],
  )
  t.diagnostic(`${asker.count()} requests in all: ${JSON.stringify(counts)}`)
})
