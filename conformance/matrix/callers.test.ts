// Every operation by callers with too little, with exactly what each must be answered; an operation whose use case
// authorizes nothing answers them with a success, and fails here.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { headersOf } from '../harness/log-in.ts'
import { type Asked, type Asker, createAsker } from './asker.ts'
import { ALIKE, type Expected } from './expected.ts'
import { expectedOf, FOR_EVERYBODY } from './expected-of-caller.ts'
import { GOOD_BODIES } from './good-bodies.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { queryWith, soundRequest } from './sound-request.ts'
import { makeTenant, type Tenant } from './tenant.ts'
import { CALLERS, type Caller, makeWeakCallers } from './weak-callers.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
let asker: Asker
let first: Tenant
let second: Tenant
let callers: Readonly<Record<Caller, string>>

before(async () => {
  croft = await startCroft(dataDirectory, {
    CROFT_WORKSPACE_BACKUP_TARGETS: 'on',
    CROFT_RATE_LIMIT: '0',
  })
  asker = createAsker(croft)
  first = await makeTenant(croft, 'first')
  second = await makeTenant(croft, 'second')
  callers = await makeWeakCallers(croft, first, second)
  asker.hide(...first.secrets, ...second.secrets)
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

const CLOSED = OPERATIONS.filter(({ open }) => !open)

/** About the first tenant’s things only: a list is asked for what is in its workspace or project. */
function about({ ids }: Tenant, operation: Operation): Asked {
  const own = ids[operation.dialect]
  const sound = soundRequest(operation, own)
  const named = operation.parameters.find(
    ({ name, in: place, required }) => place === 'query' && !required && /^(workspace|project)Id$/.test(name),
  )
  const filter =
    named &&
    sound.query === '' &&
    queryWith(named.name, named.name === 'projectId' ? own.project : own.workspace)
  const [body] = GOOD_BODIES[operation.name]?.(own) ?? []
  const isTransfer = operation.name === 'prisma.transferProject'
  return {
    ...sound,
    query: [sound.query, filter].filter(Boolean).join('&'),
    body: isTransfer ? { recipientAccessToken: second.token } : body,
  }
}

const faults: string[] = []

async function expectAnswer(operation: Operation, asked: Asked, expected: Expected, who: string) {
  const { status, code, text } = await asker.ask(operation, asked)
  const right = expected[0] === 200 ? status < 300 : status === expected[0] && code === expected[1]
  if (!right) faults.push(`${operation.name} by ${who}: ${status} ${text.slice(0, 200)}, not ${expected}`)
  return text
}

/** Whether an answer has anything of the first tenant’s in it. */
const shownIn = (text: string, { dialect }: Operation) =>
  Object.values(first.ids[dialect]).some((id) => text.includes(id))

for (const caller of CALLERS) {
  test(`every operation by ${caller}`, async (t) => {
    const isOutside = !/read/.test(caller)
    const counts: Record<number, number> = {}
    for (const operation of CLOSED) {
      const expected = expectedOf(operation, caller, first.ids[operation.dialect])
      if (expected === null) continue
      const asked = { ...about(first, operation), token: callers[caller] }
      const text = await expectAnswer(operation, asked, expected, caller)
      counts[expected[0]] = (counts[expected[0]] ?? 0) + 1
      // A key shows its workspace, an identity its organization.
      if (
        expected[0] === 200 &&
        isOutside &&
        !FOR_EVERYBODY.has(operation.name) &&
        shownIn(text, operation)
      ) {
        faults.push(`${operation.name} shows ${caller} what is not for it: ${text.slice(0, 300)}`)
      }
    }
    t.diagnostic(`answers by status: ${JSON.stringify(counts)}`)
    assert.deepEqual(faults.splice(0), [])
  })
}

test('a session is worth nothing without its CSRF token, from another site, or on other APIs', async () => {
  const { session } = first.owner
  const other = second.owner.session
  const bad: Readonly<Record<string, Record<string, string>>> = {
    'a session alone': { cookie: session.cookie },
    'a session with another’s token': { cookie: session.cookie, 'x-csrf-token': other.csrfToken },
    'a session with an empty token': { cookie: session.cookie, 'x-csrf-token': '' },
    'a page of another site': { ...headersOf(session), 'sec-fetch-site': 'cross-site' },
    'a page of a neighbour': { ...headersOf(session), 'sec-fetch-site': 'same-site' },
    'another origin': { ...headersOf(session), origin: 'https://example.com' },
    'no origin': { ...headersOf(session), origin: 'null' },
  }
  for (const operation of CLOSED) {
    const isSafe = operation.method === 'GET'
    if (operation.dialect === 'croft' && isSafe) continue
    const { unauthenticated, forbidden } = ALIKE[operation.dialect]
    const expected = operation.dialect === 'croft' ? forbidden : unauthenticated
    for (const [who, headers] of Object.entries(bad)) {
      await expectAnswer(operation, { ...about(first, operation), headers }, expected, who)
    }
  }
  assert.deepEqual(faults.splice(0), [])
})

test('the header of an API key that is unknown lets nobody in', async () => {
  for (const operation of CLOSED) {
    const { dialect, name } = operation
    const headers = { 'x-prismeai-api-key': '00000000-0000-4000-8000-000000000000' }
    const { status, code, text } = await asker.ask(operation, { ...about(first, operation), headers })
    // Prisme.ai’s API lets anybody ask who sends the header, and shows nothing.
    const right = dialect === 'prismeai' ? status !== 401 : code === ALIKE[dialect].unauthenticated[1]
    if (!right || shownIn(status < 300 ? text : '', operation)) faults.push(`${name}: ${status} ${text}`)
    if (dialect === 'prismeai' && operation.method !== 'GET' && status < 400)
      faults.push(`${name} did something`)
  }
  assert.deepEqual(faults.splice(0), [])
})

test('all of it is still there', async (t) => {
  for (const operation of CLOSED.filter(({ method, path }) => method === 'GET' && path.includes('{'))) {
    const asked = { ...about(first, operation), token: croft.bootstrap.adminToken }
    const { status } = await asker.ask(operation, asked)
    const own = /UserKey|getSession/.test(operation.name)
    assert.equal(status, own ? 404 : 200, operation.name)
  }
  t.diagnostic(`${asker.count()} requests in all`)
})
