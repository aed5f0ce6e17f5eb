import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { page, serveApi } from './api.ts'
import { local } from './local-croft.ts'
import { cleanEnvironment, croft } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const OTHER = '01890a5d-ac96-774b-bcce-b302099a8058'

const database = (fields: Readonly<Record<string, unknown>> = {}) => ({
  id: ID,
  name: 'shop',
  state: 'ready',
  engine: 'postgres',
  version: '18',
  size: 'nano',
  region: 'us-east-1',
  projectId: 'p1',
  isDefault: false,
  idleTimeoutSeconds: 300,
  createdAt: '2026-01-02T03:04:05Z',
  target: { id: 't', name: 'local' },
  power: 'asleep',
  host: '127.0.0.1',
  port: 7432,
  connectionLimit: 50,
  ...fields,
})

/** An address where nothing listens: one that was free a moment ago. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return `http://127.0.0.1:${port}`
}

test('a list takes all pages, as a table, as JSON and as ids', async (t) => {
  const { croft, calls } = await local(t, ({ query }, key) => {
    if (key !== 'GET /databases') return undefined
    return query.cursor === 'c2'
      ? page([database({ id: OTHER, name: 'b\u001b[31m' })])
      : page([database()], 'c2')
  })
  const table = await croft(['database', 'list'])
  assert.equal(table.code, 0, table.err)
  assert.match(table.out, /^NAME +STATE +ENGINE/)
  assert.match(table.out, /^shop +ready \(asleep\) +postgres 18 +nano/m)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name must not reach the terminal as a command
  assert.doesNotMatch(table.out, /\u001b/)
  assert.equal(calls[0]?.token, 'local-token')
  assert.deepEqual(
    JSON.parse((await croft(['database', 'list', '-o', 'json'])).out).map((row: { id: string }) => row.id),
    [ID, OTHER],
  )
  assert.equal((await croft(['db', 'ls', '-q'])).out, `${ID}\n${OTHER}\n`)
})

test('create waits until it is ready and prints the connection string alone on stdout', async (t) => {
  let reads = 0
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'POST /databases')
      return {
        status: 201,
        body: database({ state: 'provisioning', connectionString: 'postgres://u:p@h/postgres' }),
      }
    if (key === `GET /databases/${ID}`)
      return { status: 200, body: database({ state: ++reads < 2 ? 'provisioning' : 'ready' }) }
    return undefined
  })
  const made = await croft(['database', 'create', 'shop', '--size', 'small', '--idle-timeout', '0'])
  assert.equal(made.code, 0, made.err)
  assert.equal(made.out, 'postgres://u:p@h/postgres\n')
  assert.match(made.err, /shop is ready/)
  assert.deepEqual(calls[0]?.body, { name: 'shop', size: 'small', idleTimeoutSeconds: 0 })

  const json = await croft(['database', 'create', 'shop', '-o', 'json', '--no-wait'])
  assert.equal(JSON.parse(json.out).state, 'provisioning')
})

test('a database that fails says why and exits with 1', async (t) => {
  const { croft } = await local(t, (_, key) =>
    key === 'POST /databases'
      ? { status: 201, body: database({ state: 'failed', stateMessage: 'the disk is full' }) }
      : undefined,
  )
  const { code, out, err } = await croft(['database', 'create', 'shop'])
  assert.equal(code, 1)
  assert.equal(out, '')
  assert.match(err, /Error: shop could not be created: the disk is full\n.*croft database delete/)
})

test('names are resolved; none and several are told apart', async (t) => {
  const all = [database(), database({ id: OTHER, name: 'twice' }), database({ name: 'twice' })]
  const { croft, calls } = await local(t, ({ query }, key) => {
    if (key === 'GET /databases')
      return page(all.filter((one) => query.name === undefined || query.name === one.name))
    if (key === `DELETE /databases/${ID}`) return { status: 204 }
    return undefined
  })
  const none = await croft(['database', 'show', 'sho'])
  assert.equal(none.code, 1)
  assert.match(none.err, /There is no database "sho"\.\nThere is: shop, twice/)
  const several = await croft(['database', 'show', 'twice'])
  assert.ok(several.err.includes(OTHER) && several.err.includes(ID))
  const deleted = await croft(['database', 'delete', 'shop', '--yes'])
  assert.equal(deleted.code, 0, deleted.err)
  assert.equal(calls.at(-1)?.method, 'DELETE')
})

test('a deletion is not done when nobody can be asked', async (t) => {
  const { croft, calls } = await local(t, (_, key) =>
    key === 'GET /databases' ? page([database()]) : undefined,
  )
  const { code, err } = await croft(['database', 'delete', 'shop'])
  assert.equal(code, 2)
  assert.match(err, /--yes/)
  assert.ok(!calls.some((call) => call.method === 'DELETE'))
})

test('url makes a credential of the given name and says so', async (t) => {
  const { croft, calls } = await local(t, (_, key) => {
    if (key === `GET /databases/${ID}`) return { status: 200, body: database() }
    if (key === `POST /databases/${ID}/credentials`)
      return { status: 201, body: { id: 'c', name: 'ci', createdAt: '', connectionString: 'postgres://x' } }
    return undefined
  })
  const { out, err } = await croft(['database', 'url', ID, '--credential', 'ci'])
  assert.equal(out, 'postgres://x\n')
  assert.match(err, /"ci"/)
  assert.deepEqual(calls.at(-1)?.body, { name: 'ci' })
})

test('tokens and OAuth applications are made, listed and removed', async (t) => {
  const { croft, calls } = await local(t, ({ body }, key) => {
    const at = { createdAt: '2026-01-02T03:04:05Z' }
    if (key === 'POST /tokens') return { status: 201, body: { id: 't1', name: 'n', value: 'secret', ...at } }
    if (key === 'GET /tokens') return page([{ id: 't1', name: 'n', hint: 'cret', expiresAt: null, ...at }])
    if (key === 'POST /oauth-applications')
      return {
        status: 201,
        body: { id: 'o1', clientId: 'cid', clientSecret: null, ...at, ...(body as object) },
      }
    if (key.startsWith('DELETE /')) return { status: 204 }
    return undefined
  })
  assert.equal((await croft(['token', 'create', '--name', 'n', '-q'])).out, 'secret\n')
  assert.deepEqual(calls.at(-1)?.body, { name: 'n' })
  const listed = await croft(['token', 'list'])
  assert.match(listed.out, /cret/)
  assert.doesNotMatch(listed.out, /secret/)
  assert.equal((await croft(['token', 'revoke', 't1', '-y'])).code, 0)
  const made = await croft([
    'oauth',
    'create',
    'app',
    '--redirect-uri',
    'http://a',
    'http://b',
    '--public',
    '-q',
  ])
  assert.equal(made.out, 'cid\n')
  assert.deepEqual(calls.at(-1)?.body, {
    name: 'app',
    redirectUris: ['http://a', 'http://b'],
    confidential: false,
  })
  assert.equal((await croft(['oauth', 'delete', 'o1', '-y'])).code, 0)
  const tokens = calls.map((call) => [call.path.split('/')[1], call.token].join(' '))
  assert.deepEqual([...new Set(tokens)], ['tokens local-token', 'oauth-applications admin-token'])
})

test('a problem is told with its hint', async (t) => {
  const { croft } = await local(t, () => ({
    status: 409,
    body: {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'x',
      detail: 'The name is taken.',
      hint: 'Choose another.',
      fields: [{ path: '/name', message: 'must differ' }],
    },
  }))
  const { code, out, err } = await croft(['database', 'create', 'shop'])
  assert.equal(code, 1)
  assert.equal(out, '')
  assert.match(err, /Error: The name is taken\.\n {2}\/name: must differ\nChoose another\.\n/)
})

test('something else than Croft at the address is said', async (t) => {
  const { croft } = await local(t, () => ({ status: 200 }))
  const { code, err } = await croft(['status'])
  assert.equal(code, 1)
  assert.match(err, /Is it a Croft/)
})

test('no Croft here, one that does not run, and one that cannot be reached are three things', async (t) => {
  const directory = temporaryDirectory(t)
  const env = cleanEnvironment({ CROFT_DATA_DIR: join(directory, 'none') })
  const none = await croft(['database', 'list'], { cwd: directory, env })
  assert.match(none.err, /There is no Croft here/)

  const url = await closedUrl()
  const bootstrap = { url, serviceToken: 'x' }
  writeFileSync(join(directory, 'bootstrap.json'), JSON.stringify(bootstrap))
  const stopped = await croft(['database', 'list', '--data-dir', '.'], { cwd: directory })
  assert.equal(stopped.code, 1)
  assert.match(stopped.err, /Croft is not running\.\nStart it: npm start/)

  const away = await croft(['database', 'list', '--url', url, '--token', 't'], {
    cwd: directory,
  })
  assert.ok(away.err.includes(`${url} cannot be reached (ECONNREFUSED)`), away.err)
})

test('the local token is not sent to another address', async (t) => {
  const elsewhere = await serveApi(t, () => page([]))
  const { croft } = await local(t, () => page([]))
  const { code, err } = await croft(['database', 'list', '--url', elsewhere.url])
  assert.equal(code, 2)
  assert.match(err, /No token for/)
  assert.equal(elsewhere.calls.length, 0)
  const told = await croft(['database', 'list'], { CROFT_URL: elsewhere.url, CROFT_TOKEN: 'theirs' })
  assert.equal(told.code, 0, told.err)
  assert.deepEqual(
    elsewhere.calls.map((call) => call.token),
    ['theirs'],
  )
})

test('wrong use exits with 2 and says what would be right', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['databse'], /Did you mean database/],
    [['database', 'create'], /missing required argument/],
    [['database', 'list', '-o', 'yaml'], /Allowed choices are table, json/],
    [['database', 'create', 'x', '--idle-timeout', 'soon'], /whole number/],
    [['engine', 'install', 'postgres@new'], /postgres@17/],
    [['database', 'list', '--url', 'ftp://x', '--token', 'y'], /not the address of a Croft/],
    [['database', 'restore', 'x', '--at', 'soon'], /"soon" is no moment[\s\S]*5m ago/],
    [['database', 'restore', 'x', '--at', '-5m', '--latest'], /cannot be used with/],
    [['backup', 'restore', 'x', '--into', 'y', '--in-place'], /cannot be used with/],
    [['backup', 'policy', 'set', 'x', '--archive', 'maybe'], /Allowed choices are on, off/],
    [['backup', 'target', 'create', 's3', 'x'], /--endpoint/],
  ]
  for (const [args, message] of cases) {
    const { code, out, err } = await croft(args)
    assert.equal(code, 2, args.join(' '))
    assert.match(err, message)
    assert.equal(out, '')
  }
})

test('help teaches: every command is described, those of the first level with examples', async () => {
  for (const [words, texts] of [
    [['--help'], ['start', 'database', 'Examples:']],
    [
      ['help', 'start'],
      ['--data-dir', '--postgres-port', 'default: 7432', 'trace, debug', 'Network:', 'Examples:'],
    ],
    [
      ['help', 'agent'],
      ['--server-url', '--agent-token'],
    ],
    [
      ['help', 'database'],
      ['create', 'delete', 'Examples:'],
    ],
    [
      ['database', 'create', '--help'],
      ['--no-wait', '--output'],
    ],
  ] as const) {
    const { code, out } = await croft(words)
    assert.equal(code, 0)
    for (const text of texts) assert.ok(out.includes(text), `${words.join(' ')}: ${text}`)
  }
  const { out } = await croft(['help', 'agent'])
  assert.ok(!out.includes('--database-url'))
})
