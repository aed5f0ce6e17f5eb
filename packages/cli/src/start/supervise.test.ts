import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryDirectory } from '../../test/temporary.ts'
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts'
import { isRecord } from '../record.ts'
import { restartDelay } from './backoff.ts'
import { openLogFile } from './log-file.ts'
import type { Exit, Program } from './program.ts'
import { StartFailed, supervise } from './supervise.ts'

const PATIENCE = {
  firstMs: 10,
  longestMs: 40,
  healthyMs: 60_000,
  startAttempts: 3,
  readyMs: 20_000,
  stopMs: 3_000,
}

const READY = `process.on('disconnect', () => process.exit()); process.send({ type: 'ready' });`

interface Ready {
  readonly grandchild: number
}

function programOf(code: () => string): Program<Ready> {
  return {
    name: 'tiny',
    channel: 'ipc',
    invocation: () => ({ args: ['-e', code()], env: { PATH: process.env.PATH } }),
    parseReady: (message) =>
      isRecord(message) && message.type === 'ready' ? { grandchild: Number(message.grandchild ?? 0) } : null,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  }
}

function superviseTiny(t: TestContext, code: () => string, patience = PATIENCE) {
  const log = openLogFile(join(temporaryDirectory(t), 'tiny.log'))
  const seen = { pids: [] as ProcessIdentity[], exits: [] as Exit[], readies: [] as Ready[] }
  const again = Promise.withResolvers<void>()
  const supervised = supervise(
    programOf(code),
    log,
    {
      onReady(ready) {
        seen.readies.push(ready)
        if (seen.readies.length === 2) again.resolve()
      },
      onDeath: (exit) => void seen.exits.push(exit),
      onChild: (child) => void (child && seen.pids.push(child)),
    },
    patience,
  )
  t.after(() => supervised.kill())
  return { supervised, seen, log, again: again.promise }
}

test('a program that dies after it was ready runs again', async (t) => {
  const { supervised, seen, again } = superviseTiny(t, () => `${READY} setInterval(() => {}, 1000)`)
  await supervised.ready
  const [first] = seen.pids
  assert.ok(first)
  process.kill(first.pid, 'SIGKILL')
  await again
  assert.deepEqual(seen.exits, [{ code: null, signal: 'SIGKILL' }])
  assert.equal(seen.pids.length, 2)
  await supervised.stop()
  assert.ok(!seen.pids.some(isAlive))
})

test('three deaths before it was ready fail the start, and the log says why', async (t) => {
  const { supervised, seen, log } = superviseTiny(t, () => `console.error('no disk'); process.exit(1)`)
  await assert.rejects(
    supervised.ready,
    (error) => error instanceof StartFailed && /exit code 1/.test(error.message),
  )
  assert.equal(seen.pids.length, 3)
  assert.deepEqual(log.tail(), ['no disk'])
})

test('wrong settings are not tried again', async (t) => {
  const { supervised, seen } = superviseTiny(t, () => 'process.exit(2)')
  await assert.rejects(supervised.ready, StartFailed)
  assert.equal(seen.pids.length, 1)
})

test('a program that is never ready is ended', async (t) => {
  const { supervised, seen } = superviseTiny(t, () => 'setInterval(() => {}, 1000)', {
    ...PATIENCE,
    readyMs: 200,
  })
  await assert.rejects(supervised.ready, /not ready within/)
  assert.ok(!seen.pids.some(isAlive))
})

test('arguments that cannot be put together count as a death with that reason', async (t) => {
  const { supervised, log } = superviseTiny(t, () => {
    throw new Error('bootstrap.json has no agentToken')
  })
  await assert.rejects(supervised.ready, StartFailed)
  assert.deepEqual(log.tail(), ['bootstrap.json has no agentToken'])
})

test('stopping a program that ignores the request ends it by force', async (t) => {
  const { supervised, seen } = superviseTiny(
    t,
    () => `process.on('SIGTERM', () => {}); ${READY} setInterval(() => {}, 1000)`,
    { ...PATIENCE, stopMs: 150 },
  )
  await supervised.ready
  await supervised.stop()
  assert.equal(seen.pids.length, 1)
  assert.ok(!seen.pids.some(isAlive))
})

const WITH_GRANDCHILD = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  child.on('spawn', () => process.send({ type: 'ready', grandchild: child.pid }))
  setInterval(() => {}, 1000)`

for (const how of ['stop', 'kill'] as const) {
  test(`${how} leaves nothing, also of what a killed program had started`, async (t) => {
    const { supervised, seen, again } = superviseTiny(t, () => WITH_GRANDCHILD)
    await supervised.ready
    const [first] = seen.pids
    assert.ok(first)
    process.kill(first.pid, 'SIGKILL')
    await again
    const grandchildren = seen.readies.map((ready) => identify(ready.grandchild))
    assert.equal(grandchildren.length, 2)
    await supervised[how]()
    for (const grandchild of grandchildren) assert.ok(grandchild && !isAlive(grandchild))
    assert.ok(!seen.pids.some(isAlive))
  })
}

test('the pause doubles up to its limit', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 40].map((deaths) => restartDelay(deaths, PATIENCE)),
    [10, 20, 40, 40, 40],
  )
})
