import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../../test/run.ts'
import { temporaryDirectory } from '../../test/temporary.ts'
import { identify } from '../process/identity.ts'
import { AlreadyRunning, lockDataDirectory } from './lock.ts'

const lockModule = new URL('./lock.ts', import.meta.url).href
const taker = (directory: string) => `
  import { lockDataDirectory } from ${JSON.stringify(lockModule)}
  try {
    await lockDataDirectory(${JSON.stringify(directory)})
    console.log('holds')
    setInterval(() => {}, 1000)
  } catch (error) { console.log(error.name) }`

test('the lock names its holder, refuses a second one, and is gone after release', async (t) => {
  const directory = temporaryDirectory(t)
  const lock = await lockDataDirectory(directory)
  const path = join(directory, 'croft.lock')
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).pid, process.pid)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await assert.rejects(lockDataDirectory(directory), (error) => {
    assert.ok(error instanceof AlreadyRunning)
    assert.equal(error.pid, process.pid)
    return true
  })
  lock.release()
  assert.deepEqual(readdirSync(directory), [])
})

test('a lock of a dead process is taken over, and tells what it left running', async (t) => {
  const directory = temporaryDirectory(t)
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  t.after(() => orphan.kill('SIGKILL'))
  const identity = identify(orphan.pid ?? 0)
  assert.ok(identity)
  const dead = { pid: 2 ** 22 + 1, started: '1', name: 'agent' }
  const holder = {
    pid: 2 ** 22 + 2,
    started: '1',
    children: [{ name: 'server', ...identity }, dead, 'nonsense'],
  }
  writeFileSync(join(directory, 'croft.lock'), JSON.stringify(holder))
  const lock = await lockDataDirectory(directory)
  assert.deepEqual(lock.leftovers, [{ name: 'server', ...identity }])
  lock.release()
})

test('a pid that belongs to another process now does not hold the lock', async (t) => {
  const directory = temporaryDirectory(t)
  writeFileSync(
    join(directory, 'croft.lock'),
    JSON.stringify({ pid: process.pid, started: 'earlier', children: [] }),
  )
  const lock = await lockDataDirectory(directory)
  lock.release()
})

test('a damaged lock and a guard left behind do not stop a start for good', async (t) => {
  const directory = temporaryDirectory(t)
  writeFileSync(join(directory, 'croft.lock'), '{"pid":')
  const guard = join(directory, 'croft.lock.takeover')
  writeFileSync(guard, '')
  utimesSync(guard, 0, 0)
  const lock = await lockDataDirectory(directory)
  lock.setChildren([{ name: 'server', pid: 1, started: '2' }])
  assert.equal(JSON.parse(readFileSync(join(directory, 'croft.lock'), 'utf8')).children.length, 1)
  lock.release()
})

test('of many that find a stale lock at once, one gets it', async (t) => {
  const directory = temporaryDirectory(t)
  writeFileSync(
    join(directory, 'croft.lock'),
    JSON.stringify({ pid: 2 ** 22 + 2, started: '1', children: [] }),
  )
  const takers = Array.from({ length: 6 }, () =>
    run(process.execPath, ['--input-type=module', '-e', taker(directory)]),
  )
  t.after(() => takers.forEach((one) => void one.child.kill('SIGKILL')))
  const said = await Promise.all(
    takers.map(async ({ child }) => String((await once(child.stdout ?? child, 'data'))[0]).trim()),
  )
  assert.deepEqual(said.sort(), [...Array(5).fill('AlreadyRunning'), 'holds'])
})
