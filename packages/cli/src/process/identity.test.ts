import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { endProcesses, identify, isAlive } from './identity.ts'
import { listGroup } from './table.ts'

const STUBBORN = `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`

test('this process is alive, and one of another start time with its pid is not', () => {
  const self = identify(process.pid)
  assert.ok(self)
  assert.ok(isAlive(self))
  assert.ok(!isAlive({ pid: self.pid, started: `${self.started}0` }))
})

test('a pid that nobody has is nobody', () => {
  assert.equal(identify(2 ** 22 + 1), null)
})

test('ending goes to the harsher step only when the milder one was ignored', async () => {
  const child = spawn(process.execPath, ['-e', STUBBORN], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  const identity = identify(child.pid ?? 0)
  assert.ok(identity)
  assert.deepEqual(
    listGroup(identity.pid).map((row) => row.pid),
    [identity.pid],
  )
  await endProcesses([identity], [{ signal: 'SIGTERM', waitMs: 150 }])
  assert.ok(isAlive(identity))
  await endProcesses(
    [identity],
    [
      { signal: 'SIGTERM', waitMs: 100 },
      { signal: 'SIGKILL', waitMs: 5000 },
    ],
  )
  assert.ok(!isAlive(identity))
  assert.deepEqual(await exit, [null, 'SIGKILL'])
  assert.deepEqual(listGroup(identity.pid), [])
})
