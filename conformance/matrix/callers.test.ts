// Every operation by callers with too little, with exactly what each must be answered; an operation whose use case
// authorizes nothing answers them with a success, and fails here.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { headersOf } from '../harness/log-in.ts'
import { type Asked, type Asker, createAsker } from './asker.ts'
import { linkTo } from './dbaas/links.ts'
import { ALIKE, type Expected } from './expected.ts'
import { expectedOf, FOR_EVERYBODY } from './expected-of-caller.ts'
import { GOOD_BODIES } from './good-bodies.ts'
import { type Kind, kindOfParameter, OPERATIONS, type Operation } from './operations.ts'
import { own } from './own.ts'
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
function shownIn(text: string, { dialect }: Operation): boolean {
  const ids = first.ids[dialect]
  if (dialect !== 'dbaas') return Object.values(ids).some((id) => text.includes(id))
  // A number alone says nothing.
  return (['database', 'connection', 'project', 'workspace'] as const).some((kind) =>
    text.includes(linkTo(kind, ids[kind])),
  )
}

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

/** What DBaaS says of each. */
const REFUSALS: Readonly<Record<string, string>> = {
  'a session alone': 'CSRF Failed: the CSRF token is missing.',
  'a session with another’s token': 'CSRF Failed: the CSRF token is incorrect.',
  'a session with an empty token': 'CSRF Failed: the CSRF token is incorrect.',
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
    const hasPages = operation.dialect === 'croft' || operation.dialect === 'dbaas'
    if (hasPages && isSafe) continue
    const { unauthenticated, forbidden } = ALIKE[operation.dialect]
    for (const [who, headers] of Object.entries(bad)) {
      const said = operation.dialect === 'dbaas' ? REFUSALS[who] : undefined
      const expected = said ? ([403, said] as const) : hasPages ? forbidden : unauthenticated
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

/** Who may see the tenant’s databases, but does not manage the quarantine. */
const READERS = [
  'a key that may read',
  'a reader of the workspace',
  'a person who reads the workspace',
] as const
const IN_QUARANTINE: readonly Kind[] = ['database', 'connection', 'backup', 'restorePoint']

test('a database in quarantine is not there for who does not manage that, and neither is what belongs to it', async () => {
  const { database } = first.ids.croft
  await own(croft, 'POST', `/databases/${database}/quarantine`)
  for (const operation of CLOSED) {
    // The trail tells of what there was, as of deleted databases.
    if (operation.method !== 'GET' || /Events$/.test(operation.name)) continue
    const ids = first.ids[operation.dialect]
    const kinds = operation.parameters.map((each) => kindOfParameter(operation, each))
    const kind = kinds.find((each) => each && IN_QUARANTINE.includes(each))
    for (const reader of READERS) {
      const sees = expectedOf(operation, reader, ids)
      if (sees?.[0] !== 200) continue
      const { status, text } = await asker.ask(operation, {
        ...about(first, operation),
        token: callers[reader],
      })
      const shown = [ids.database, ids.connection].some((id) =>
        operation.dialect === 'dbaas' ? text.includes(linkTo('database', ids.database)) : text.includes(id),
      )
      if (status < 300 && (shown || (kind && operation.path.includes('{'))))
        faults.push(
          `${operation.name} shows ${reader} what is in quarantine: ${status} ${text.slice(0, 300)}`,
        )
    }
  }
  await own(croft, 'DELETE', `/databases/${database}/quarantine`)
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
