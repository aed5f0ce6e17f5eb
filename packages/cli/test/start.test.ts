import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from '../src/process/identity.ts'
import { makeClone } from './clone.ts'
import { cleanEnvironment, type Running, run } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

interface Started {
  readonly clone: string
  readonly running: Running
}

const ENV = {
  CROFT_PORT: '0',
  CROFT_POSTGRES_PORT: '0',
  CROFT_MARIADB_PORT: '0',
  CROFT_REDIS_PORT: '0',
  CROFT_DATABASE_PORTS: '0',
}

function begin(t: TestContext, clone: string, more: Readonly<Record<string, string>> = {}): Running {
  const running = run(process.execPath, ['scripts/start.mjs'], {
    cwd: clone,
    env: cleanEnvironment({ ...ENV, ...more }),
  })
  t.after(() => running.child.kill('SIGKILL'))
  return running
}

async function startClone(t: TestContext): Promise<Started> {
  const clone = makeClone(temporaryDirectory(t))
  const running = begin(t, clone)
  await running.saw('Croft is running.')
  return { clone, running }
}

interface Lock extends ProcessIdentity {
  readonly children: readonly (ProcessIdentity & { readonly name: string })[]
}
const readLock = (clone: string): Lock => JSON.parse(readFileSync(join(clone, '.croft/croft.lock'), 'utf8'))

function childOf(clone: string, name: string): ProcessIdentity {
  const child = readLock(clone).children.find((one) => one.name === name)
  assert.ok(child, `${name} runs`)
  return { pid: child.pid, started: child.started }
}

/** Everything that a running Croft consists of. */
function everything(clone: string): ProcessIdentity[] {
  const instance = identify(Number(readFileSync(join(clone, '.croft/instance.pid'), 'utf8')))
  assert.ok(instance)
  return [...readLock(clone).children, instance]
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

test('a start ends with the panel, and SIGTERM with nothing left', async (t) => {
  const { clone, running } = await startClone(t)
  const processes = everything(clone)
  assert.deepEqual(
    readLock(clone)
      .children.map((child) => child.name)
      .sort(),
    ['agent', 'metadata', 'server'],
  )
  const bootstrap = JSON.parse(readFileSync(join(clone, '.croft/bootstrap.json'), 'utf8'))
  assert.deepEqual(bootstrap.postgres, { host: '127.0.0.1', port: 7432 })
  const answer = await (await fetch(bootstrap.url)).text()
  assert.equal(answer, 'postgres://croft@/croft?host=%2Ftmp%2Fsome%20where')

  running.child.kill('SIGTERM')
  const { code, out, err } = await running.result
  assert.equal(code, 0, err)
  assert.ok(!processes.some(isAlive))
  assert.ok(!existsSync(join(clone, '.croft/croft.lock')))
  for (const part of [bootstrap.url, `${bootstrap.url}/reference`, '127.0.0.1:7432', 'a@b', 'pa55'])
    assert.ok(out.includes(part), part)
  assert.match(out, /^ {4}npx croft database create my-first-database$/m)
  const tooWide = out.split('\n').filter((line) => line.length > 80)
  assert.deepEqual(tooWide, [])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no terminal, so no escape sequences
  assert.doesNotMatch(`${out}${err}`, /\u001b/)
  for (const name of readdirSync(join(clone, '.croft/logs')))
    assert.equal(statSync(join(clone, '.croft/logs', name)).mode & 0o077, 0)
})

test('a second start says that the first one runs, and a later one does not show the password', async (t) => {
  const { clone, running } = await startClone(t)
  const { url } = JSON.parse(readFileSync(join(clone, '.croft/bootstrap.json'), 'utf8'))
  const second = await begin(t, clone).result
  assert.equal(second.code, 1)
  assert.ok(second.err.includes(url) && second.err.includes(`pid ${readLock(clone).pid}`), second.err)
  running.child.kill('SIGINT')
  assert.equal((await running.result).code, 0)

  const third = begin(t, clone)
  await third.saw('Croft is running.')
  third.child.kill('SIGTERM')
  const { out } = await third.result
  assert.ok(!out.includes('pa55'))
  assert.ok(out.includes('adminPassword in .croft/bootstrap.json'))
})

test('a process that dies is started again on the same port', async (t) => {
  const { clone, running } = await startClone(t)
  const { url } = JSON.parse(readFileSync(join(clone, '.croft/bootstrap.json'), 'utf8'))
  for (const name of ['server', 'metadata', 'agent']) {
    const before = childOf(clone, name)
    process.kill(before.pid, 'SIGKILL')
    await running.saw(new RegExp(`(is back[^]*){${['server', 'metadata', 'agent'].indexOf(name) + 1}}`))
    assert.notEqual(childOf(clone, name).pid, before.pid)
  }
  assert.equal((await fetch(url)).status, 200)
  const processes = everything(clone)
  running.child.kill('SIGTERM')
  assert.equal((await running.result).code, 0)
  assert.ok(!processes.some(isAlive))
})

test('after the launcher was killed, the next start waits for what it left and runs', async (t) => {
  const { clone, running } = await startClone(t)
  const processes = everything(clone)
  process.kill(readLock(clone).pid, 'SIGKILL')
  const next = begin(t, clone)
  await next.saw('Croft is running.')
  assert.ok(!processes.some(isAlive))
  next.child.kill('SIGTERM')
  assert.equal((await next.result).code, 0)
  await running.result
})

test('a start that cannot succeed says why, and leaves nothing', async (t) => {
  const clone = makeClone(temporaryDirectory(t))
  const running = begin(t, clone, { CROFT_ADMIN_EMAIL: 'broken@croft.test' })
  await running.saw('API server')
  const metadata = childOf(clone, 'metadata')
  const { code, err } = await running.result
  assert.equal(code, 1)
  assert.match(err, /API server could not be started \(exit code 1\)\.\n {2}the key ring is damaged\n/)
  assert.ok(err.includes('.croft/logs/server.log'))
  assert.ok(!isAlive(metadata))
  assert.ok(!existsSync(join(clone, '.croft/croft.lock')))
})

test('when the script that npm started is killed, the launcher stops by itself', async (t) => {
  const clone = makeClone(temporaryDirectory(t))
  // As under another Node: a wrapper process with the launcher below it.
  const wrapper = `
    import { runPinned } from './scripts/pinned-node.mjs'
    process.exitCode = await runPinned(['packages/cli/src/main.ts', 'start'])`
  const running = run(process.execPath, ['--input-type=module', '-e', wrapper], {
    cwd: clone,
    env: cleanEnvironment(ENV),
  })
  await running.saw('Croft is running.')
  const processes = [readLock(clone), ...everything(clone)]
  running.child.kill('SIGKILL')
  await once(running.child, 'exit')
  await until(() => !processes.some(isAlive))
  await running.result
})

test('SIGTERM to the shell that npm puts in between stops everything', async (t) => {
  const clone = makeClone(temporaryDirectory(t))
  // `; true` keeps every shell from replacing itself by the program.
  const running = run('/bin/sh', ['-c', `"${process.execPath}" scripts/start.mjs; true`], {
    cwd: clone,
    env: cleanEnvironment({ ...ENV, npm_lifecycle_event: 'start' }),
  })
  await running.saw('Croft is running.')
  const processes = [readLock(clone), ...everything(clone)]
  running.child.kill('SIGTERM')
  await until(() => !processes.some(isAlive))
  await running.result
  assert.ok(!existsSync(join(clone, '.croft/croft.lock')))
})

test('wrong settings are all told, and nothing is made', async (t) => {
  const clone = makeClone(temporaryDirectory(t))
  const { code, err } = await begin(t, clone, { CROFT_PORT: 'x', CROFT_RATE_LIMIT: '-1', CROFT_LOGS: 'y' })
    .result
  assert.equal(code, 2)
  for (const name of ['CROFT_PORT', 'CROFT_RATE_LIMIT', 'CROFT_LOGS']) assert.ok(err.includes(name), name)
  assert.ok(!existsSync(join(clone, '.croft')))
})
