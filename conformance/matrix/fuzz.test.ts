// Random requests made of the OpenAPI documents, one after the other on one Croft, with ids of what earlier answers
// told of. FUZZ_SEED repeats a run, FUZZ_REQUESTS makes a longer one.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { bodies, linkOf } from './arbitrary.ts'
import { type Asked, type Asker, createAsker } from './asker.ts'
import { fits } from './bad-bodies.ts'
import { kindOfWord, linkTo } from './dbaas/links.ts'
import { createKnownThings, inWordsOf, isOfDbaas, knownAs, type Thing, uuidIn } from './known-things.ts'
import { type Dialect, type Kind, kindOf, kindOfParameter, OPERATIONS, type Operation } from './operations.ts'

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1400)
const SEED = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31))
// Each is a server; a machine that runs tests need not hold more of them.
const MOST_DATABASES = 15
const CHECKED_AFTERWARDS = 60

const dataDirectory = await newDataDirectory()
const things = createKnownThings()
const statuses: Record<number, number> = {}
const history: string[] = []
let croft: Croft
let asker: Asker
/** The caller's own, which it had better not revoke. */
let ownToken: string

before(async () => {
  croft = await startCroft(dataDirectory, {
    CROFT_WORKSPACE_BACKUP_TARGETS: 'on',
    CROFT_RATE_LIMIT: '0',
    CROFT_BODY_LIMIT: '65536',
  })
  asker = createAsker(croft)
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

interface Step {
  readonly operation: Operation
  readonly picks: readonly number[]
  readonly body: unknown
  readonly key: string | null
  /** An id that was never given. */
  readonly stray: string | null
  readonly by: 'administrator' | 'service' | 'nobody'
}

// Things are made more often than deleted, or there would soon be nothing to ask about.
const WEIGHTS: Readonly<Record<string, number>> = { GET: 2, POST: 4, PATCH: 2, PUT: 2, DELETE: 2 }

function bodiesOf({ dialect, body }: Operation): fc.Arbitrary<unknown> {
  if (body === null) return fc.constant(undefined)
  return dialect === 'dbaas' ? bodies(body, (name) => kindOfWord(name) !== undefined) : bodies(body)
}

const steps = fc
  .oneof(
    ...OPERATIONS.map((operation) => ({
      weight: WEIGHTS[operation.method] ?? 1,
      arbitrary: fc.constant(operation),
    })),
  )
  .chain(
    (operation): fc.Arbitrary<Step> =>
      fc.record({
        operation: fc.constant(operation),
        picks: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
        body: bodiesOf(operation),
        key: fc.oneof(
          { weight: 7, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.constantFrom('one', 'two') },
        ),
        stray: fc.oneof(
          { weight: 9, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
        ),
        by: fc.oneof(
          { weight: 6, arbitrary: fc.constant('administrator' as const) },
          { weight: 6, arbitrary: fc.constant('service' as const) },
          { weight: 1, arbitrary: fc.constant('nobody' as const) },
        ),
      }),
  )

const operationOf = (name: string) => OPERATIONS.find((each) => each.name === name)

/** The id of one of the things of a kind, of the newest most often. */
function choose(dialect: Dialect, kind: Kind, pick: number, otherwise: string): string {
  const known = things
    .of(kind)
    .filter(({ uuid }) => uuid !== ownToken && isOfDbaas(uuid) === (dialect === 'dbaas'))
  const recent = pick % 4 === 0 ? known : known.slice(-3)
  return inWordsOf(dialect, kind, recent[pick % (recent.length || 1)]?.uuid ?? otherwise)
}

const NOTHING = '00000000-0000-7000-8000-000000000000'

/** The body with ids in it. */
function fill(dialect: Dialect, value: unknown, parent = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => fill(dialect, each, parent))
  if (typeof value !== 'object' || value === null) return value
  const type = 'type' in value ? value.type : undefined
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const link = linkOf(inner)
      if (!link) return [name, fill(dialect, inner, name)]
      const kind = dialect === 'dbaas' ? kindOfWord(link.field) : kindOf(link.field, parent, type)
      const id = kind && choose(dialect, kind, link.pick, NOTHING)
      return [name, kind && id && dialect === 'dbaas' ? linkTo(kind, id) : (id ?? 'x')]
    }),
  )
}

/** The ids that go in the path and the query, by name, and words where no id is meant. */
function chooseParameters({ operation, picks, stray }: Step) {
  return operation.parameters
    .map((parameter, index) => ({ ...parameter, pick: picks[index % picks.length] ?? 0 }))
    .filter(({ in: place, required, pick }) => place === 'path' || required || pick % 4 === 0)
    .map((parameter) => {
      const { name, in: place, pick, schema } = parameter
      const words = schema.anyOf?.map((each) => each.const).filter((each) => typeof each === 'string')
      // Another is refused before anybody asks who wants it.
      if (name === 'format') return { name, place, value: 'json', known: '' }
      const kind = kindOfParameter(operation, parameter)
      if (!kind) return { name, place, value: words?.[pick % words.length] ?? String(pick % 100), known: '' }
      const value = stray
        ? inWordsOf(operation.dialect, kind, stray)
        : choose(operation.dialect, kind, pick, NOTHING)
      return { name, place, value, known: knownAs(operation.dialect, kind, value) }
    })
}

/** The last plural of a path: what its answers are about. */
const resourceOf = (path: string) => path.split('/').findLast((each) => /^[a-z-]+s$/.test(each)) ?? ''

// What an answer of theirs shows was not made, or was deleted before; nor is what their path names deleted by them.
const NO_DELETION = new Set([
  'prismeai.unshare',
  'croft.removeSecondFactor',
  'croft.listDeletedDatabases',
  'croft.purgeDeletedDatabase',
  // The first time it goes into quarantine.
  'dbaas.deleteDatabase',
])
// They put a database into another project.
const MOVES = new Set(['dbaas.replaceDatabase', 'dbaas.updateDatabase'])
const tokens = () => ({
  administrator: croft.bootstrap.adminToken,
  service: croft.bootstrap.serviceToken,
  nobody: null,
})

async function take(step: Step): Promise<void> {
  const { operation, body, key, by } = step
  const { dialect, name, method, path } = operation
  const parameters = chooseParameters(step)
  const filled = body === undefined ? undefined : fill(dialect, body)
  const inPlace = (place: string) => parameters.filter((each) => each.place === place)
  const asked: Asked = {
    token: tokens()[by],
    path: Object.fromEntries(inPlace('path').map((each) => [each.name, each.value])),
    query: inPlace('query')
      .map((each) => `${each.name}=${each.value}`)
      .join('&'),
    ...(filled === undefined ? {} : { body: JSON.stringify(filled) }),
    headers: key === null ? {} : { 'idempotency-key': key },
  }
  history.push(`${name} ${JSON.stringify({ ...asked, token: by })}`)
  const answer = await asker.ask(operation, asked)
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
  history.push(`  ${answer.status} ${answer.text.slice(0, 300)}`)
  if (!operation.open) assert.equal(answer.status === 401, by === 'nobody')
  // DBaaS takes numbers for texts, and ignores much.
  if (operation.body && dialect !== 'dbaas' && !fits(operation.body, filled)) {
    assert.ok(answer.status >= 400, `${name} took a body that does not fit its schema`)
  }
  if (answer.status >= 300) return

  const inPath = inPlace('path').map(({ known }) => known)
  const isReplay = answer.headers.get('idempotency-replayed') === 'true'
  // The one list that is empty for what is not there.
  if (name !== 'prisma.listServiceTokens' && !isReplay) {
    for (const uuid of inPath) assert.ok(!things.isGone(uuid), `${uuid} was deleted`)
  }
  // A replay shows what was.
  if (isReplay) return
  if (MOVES.has(name)) things.forgetProjects()
  const shown = NO_DELETION.has(name) ? [] : things.learn(resourceOf(path), answer.body, dialect)
  const last =
    method === 'DELETE' && /\}\/?$/.test(path) && !NO_DELETION.has(name) ? inPath.at(-1) : undefined
  if (last !== undefined) things.delete(last)
  for (const { uuid } of shown) {
    if (uuid !== last) assert.ok(!things.isGone(uuid), `${uuid} was deleted, and is shown`)
  }
}

const READ_BY: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  project: ['prisma.getProject'],
  branch: ['prisma.getBranch'],
  database: ['prisma.getDatabase', 'croft.getDatabase', 'croft.listBackups'],
  connection: ['prisma.getConnection'],
  backup: ['croft.getBackup'],
  restorePoint: ['croft.getRestorePoint'],
  plan: ['croft.getPlan'],
  environment: ['croft.getEnvironment'],
  integration: ['prisma.getIntegration'],
  apiKey: ['croft.getApiKey'],
  userKey: ['croft.getUserKey'],
  identity: ['croft.getServiceIdentity'],
  keyPair: ['croft.getKeyPair'],
}
const READ_BY_DBAAS: typeof READ_BY = { project: ['dbaas.getProject'], connection: ['dbaas.getCredential'] }

async function assertNotFound({ kind, uuid }: Thing): Promise<void> {
  const readBy = isOfDbaas(uuid) ? READ_BY_DBAAS : READ_BY
  for (const operation of (readBy[kind] ?? []).map(operationOf)) {
    assert.ok(operation)
    const path = Object.fromEntries(
      operation.parameters
        .filter((each) => each.in === 'path')
        .map(({ name }) => [name, inWordsOf(operation.dialect, kind, uuid)]),
    )
    const { adminToken: token, workspaceId } = croft.bootstrap
    const query = operation.parameters.some(({ name }) => name === 'workspaceId')
      ? `workspaceId=${workspaceId}`
      : ''
    const { status } = await asker.ask(operation, { token, path, query })
    assert.equal(status, 404, `${operation.name} of ${kind} ${uuid}`)
  }
}

test('random requests: no 5xx, answers as documented, and what is deleted is gone', {
  timeout: 600_000,
}, async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`)
  const { serviceToken: token, projectId, workspaceId, organizationId } = croft.bootstrap
  const me = operationOf('prisma.getMe')
  assert.ok(me)
  const { body } = await asker.ask(me, { token, path: {} })
  ownToken = uuidIn((body as { data: { credential: { id: string } } }).data.credential.id)
  things.learn('projects', { id: projectId })
  things.learn('workspaces', { id: workspaceId })
  things.learn('organizations', { id: organizationId })
  try {
    for (const each of fc.sample(steps, { seed: SEED, numRuns: REQUESTS })) {
      const makesDatabase = /create(Project)?Database$|createProject$/.test(each.operation.name)
      const alive = things.of('database').filter(({ uuid }) => !things.isGone(uuid)).length
      if (!makesDatabase || alive < MOST_DATABASES) await take(each)
    }
    const gone = things.gone()
    for (const thing of gone.slice(-CHECKED_AFTERWARDS)) await assertNotFound(thing)
    t.diagnostic(`${asker.count()} requests, ${things.size()} things, ${gone.length} of them deleted`)
    t.diagnostic(`answers by status: ${JSON.stringify(statuses)}`)
  } catch (error) {
    console.error(`FUZZ_SEED=${SEED}; the last requests were:\n${history.slice(-12).join('\n')}`)
    throw error
  }
})
