import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { serveApi } from './api.ts'
import { peopleServer } from './people-server.ts'
import { cleanEnvironment, croft } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

const NAME = `croft login on ${hostname().slice(0, 100)}`
const EMAIL = 'ann@example.com'

/** A person's machine without a Croft of its own. */
function machine(t: TestContext) {
  const directory = temporaryDirectory(t)
  const file = join(directory, 'config', 'croft', 'credentials.json')
  return {
    directory,
    file,
    stored: () => JSON.parse(readFileSync(file, 'utf8')).logins,
    run: (args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string) =>
      croft(args, {
        cwd: directory,
        env: cleanEnvironment({ XDG_CONFIG_HOME: join(directory, 'config'), ...env }),
        ...(input === undefined ? {} : { input }),
      }),
  }
}

async function setUp(t: TestContext, options: Parameters<typeof peopleServer>[0] = {}) {
  const people = peopleServer(options)
  const { url, calls } = await serveApi(t, people.answer)
  const { run, ...here } = machine(t)
  const logIn = (more: readonly string[] = [], password = people.password) =>
    run(['login', '--url', url, '--email', EMAIL, '--password-stdin', ...more], {}, `${password}\n`)
  return { people, url, calls, run, logIn, ...here }
}

// A clone that the tests run in may have a Croft of its own: to say so is what the tests of precedence are for.
const ELSEWHERE = ['--data-dir', 'none']

test('a login keeps a key of 90 days that only its owner can read, and no session; a logout ends it', async (t) => {
  const { people, url, calls, run, logIn, file, stored } = await setUp(t)
  const { code, out, err } = await logIn()
  assert.equal(code, 0, err)
  assert.match(out, new RegExp(`Logged in as +${EMAIL}`))
  const [key] = people.keys
  assert.ok(key && people.keys.length === 1)
  assert.equal(key.name, NAME)
  assert.ok(Math.abs(Date.parse(String(key.expiresAt)) - Date.now() - 90 * 86_400_000) < 600_000)
  assert.deepEqual(stored(), [{ url, email: EMAIL, keyId: key.id, key: key.value, expiresAt: key.expiresAt }])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(file, '..')).mode & 0o077, 0)
  assert.equal(people.sessions.size, 0)
  for (const text of [out, err, readFileSync(file, 'utf8')]) assert.ok(!text.includes(people.password))
  for (const text of [out, err]) assert.ok(!text.includes(key.value))

  assert.equal((await run(['whoami', '--url', url, '-q'])).out, 'ann\n')
  assert.equal(calls.at(-1)?.token, key.value)
  assert.equal((await run(['logout'])).code, 0)
  assert.deepEqual([people.keys, stored(), people.sessions.size], [[], [], 0])
  assert.match((await run(['whoami', '--url', url])).err, /No token for .*\nLog in with `croft login/)
  assert.match((await run(['logout'])).err, /Nobody is logged in/)
})

test('a key of an earlier login from here that is off goes, and its name is taken again', async (t) => {
  const { people, logIn } = await setUp(t)
  people.add(NAME, { enabled: false })
  people.add(`${NAME} (2)`)
  assert.equal((await logIn()).code, 0)
  assert.deepEqual(
    people.keys.map(({ name, enabled }) => [name, enabled]),
    [
      [`${NAME} (2)`, true],
      [NAME, true],
    ],
  )
})

test('a login in place of another ends the other’s key', async (t) => {
  const { people, logIn, stored, file } = await setUp(t)
  await logIn()
  const [before] = people.keys
  assert.equal((await logIn()).code, 0)
  assert.equal(people.keys.length, 1)
  assert.notEqual(people.keys[0]?.id, before?.id)
  assert.equal(stored().length, 1)
  assert.deepEqual(readdirSync(join(file, '..')), ['credentials.json'])
})

test('a wrong password and a missing code keep nothing', async (t) => {
  const { people, logIn, file, run, url } = await setUp(t, { secondFactor: true })
  const wrong = await logIn([], 'wrong')
  assert.equal(wrong.code, 1)
  assert.ok(!wrong.err.includes('--token'), wrong.err)
  const missing = await logIn()
  assert.equal(missing.code, 2)
  assert.match(missing.err, /--code/)
  assert.equal((await logIn(['--code', '000000'])).code, 1)
  assert.match((await run(['login', '--url', url])).err, /--email/)
  assert.match((await run(['login', '--url', url, '--email', EMAIL])).err, /--password-stdin/)
  assert.ok(!existsSync(file))
  assert.equal(people.keys.length, 0)
  assert.equal((await logIn(['--code', people.code])).code, 0)
  assert.equal(people.keys.length, 1)
})

test('with ten keys the oldest that a login left goes, and no other', async (t) => {
  const { people, logIn } = await setUp(t)
  for (let count = 1; count <= 6; count++) people.add(`mine ${count}`, { enabled: count > 1 })
  people.add('croft login on a')
  people.add('croft login on b', { expiresAt: '2026-01-01T00:00:00Z' })
  people.add('croft login on c', { enabled: false })
  people.add('croft login on d', { enabled: false })
  assert.equal((await logIn()).code, 0)
  const names = () => people.keys.map(({ name }) => name)
  assert.ok(!names().includes('croft login on b'), names().join())
  assert.equal(people.keys.length, 10)

  for (const key of people.keys) key.enabled = key.name.startsWith('croft login')
  const [own] = people.keys.filter(({ name }) => name === NAME)
  assert.equal((await logIn()).code, 0)
  assert.ok(!people.keys.some((key) => key === own), 'the key that is replaced makes room')
})

test('when no key can go, a login says so and keeps nothing', async (t) => {
  const { people, logIn, file } = await setUp(t)
  for (let count = 1; count <= 10; count++) people.add(`mine ${count}`, { enabled: false })
  const { code, err } = await logIn()
  assert.equal(code, 1)
  assert.match(err, /10 API keys[\s\S]*mine 1, mine 2/)
  assert.deepEqual([people.keys.length, people.sessions.size, existsSync(file)], [10, 0, false])
})

test('a key that cannot be kept is not left behind', async (t) => {
  const { people, logIn, directory } = await setUp(t)
  mkdirSync(join(directory, 'config'))
  writeFileSync(join(directory, 'config', 'croft'), 'a file where the folder should be')
  const { code } = await logIn()
  assert.equal(code, 1)
  assert.deepEqual([people.keys.length, people.sessions.size], [0, 0])
})

test('several logins are kept; each key goes to its own address only', async (t) => {
  const first = await setUp(t)
  const people = peopleServer()
  const second = await serveApi(t, people.answer)
  await first.logIn()
  const args = ['login', '--url', `${second.url}/`, '--email', EMAIL, '--password-stdin', '-q']
  const { out, code, err } = await first.run(args, {}, people.password)
  assert.deepEqual([code, out], [0, `${second.url}\n`], err)
  assert.equal(first.stored().length, 2)

  assert.equal((await first.run(['whoami'], { CROFT_URL: first.url })).code, 0)
  assert.equal(first.calls.at(-1)?.token, first.people.keys[0]?.value)
  const unknown = await serveApi(t, () => undefined)
  const away = await first.run(['whoami', '--url', unknown.url, ...ELSEWHERE])
  assert.equal(away.code, 2)
  assert.equal(unknown.calls.length, 0)
  const alone = await first.run(['whoami', '--token', 'mine', ...ELSEWHERE])
  assert.match(alone.err, /There is no Croft here/, 'a token goes to no address that nobody named')

  assert.match((await first.run(['logout', '--url', unknown.url])).err, new RegExp(first.url))
  assert.equal((await first.run(['logout', '--url', first.url])).code, 0)
  assert.deepEqual([first.people.keys.length, people.keys.length], [0, 1])
  assert.deepEqual(
    first.stored().map((login: { url: string }) => login.url),
    [second.url],
  )
})

test('flags and variables win over the local Croft, and that over logins unless its address is given', async (t) => {
  const { url, run, logIn, calls, directory, people } = await setUp(t)
  await logIn()
  mkdirSync(join(directory, '.croft'))
  const bootstrap = { url, serviceToken: 'local-token', adminToken: 'admin-token' }
  writeFileSync(join(directory, '.croft/bootstrap.json'), JSON.stringify(bootstrap))
  const key = people.keys[0]?.value
  const cases: readonly (readonly [
    readonly string[],
    Readonly<Record<string, string>>,
    string | undefined,
  ])[] = [
    [[], {}, 'local-token'],
    [['--url', url], {}, key],
    [[], { CROFT_URL: url }, key],
    [['--url', url, '--data-dir', '.croft'], {}, 'local-token'],
    [['--url', url], { CROFT_TOKEN: 'theirs' }, 'theirs'],
    [['--token', 'flag'], { CROFT_TOKEN: 'theirs' }, 'flag'],
  ]
  for (const [args, env, token] of cases) {
    await run(['whoami', ...args], env)
    assert.equal(calls.at(-1)?.token, token, args.join(' '))
  }
  const again = await logIn()
  assert.match(again.err, /use another credential unless told: --url/)
})

test('a login that has ended, a damaged file and a Croft that is away are told as such', async (t) => {
  const { people, url, run, logIn, file, stored } = await setUp(t)
  await logIn()
  for (const key of people.keys) key.enabled = false
  assert.match((await run(['whoami', '--url', url])).err, /has ended. Log in again: croft login --url/)
  const [login] = stored()
  assert.equal((await run(['logout'])).code, 0, 'a key that is dead is forgotten')
  writeFileSync(file, JSON.stringify({ logins: [{ ...login, url: 'http://127.0.0.1:9' }] }))
  const kept = await run(['logout'])
  assert.deepEqual([kept.code, stored().length], [1, 1])
  assert.match((await run(['logout', '--force'])).err, /Its key stays good until 20/)
  assert.deepEqual(stored(), [])
  for (const text of ['{"logins": [{}]}', 'no JSON', '[]']) {
    writeFileSync(file, text)
    assert.match((await run(['whoami', '--url', url])).err, /credentials.json is damaged/)
  }
})
