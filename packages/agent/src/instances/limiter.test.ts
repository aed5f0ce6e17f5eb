import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fake-host.ts'
import { createLimiter } from './limiter.ts'

function job() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const state = { running: false, end: resolve, fail: reject }
  const work = () => {
    state.running = true
    return promise
  }
  return { state, work }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('work runs in the order asked, so many at a time, also after failures', async () => {
  const limiter = createLimiter(2)
  const jobs = Array.from({ length: 4 }, job)
  const runs = jobs.map(({ work }) => limiter.run(work))
  await turn()
  assert.deepEqual(
    jobs.map(({ state }) => state.running),
    [true, true, false, false],
  )
  jobs[1]?.state.fail(new Error('failed'))
  await assert.rejects(runs[1] ?? Promise.resolve(), /failed/)
  await turn()
  assert.deepEqual(
    jobs.map(({ state }) => state.running),
    [true, true, true, false],
  )
  for (const { state } of jobs) state.end()
  await Promise.allSettled(runs)
  assert.deepEqual(
    jobs.map(({ state }) => state.running),
    [true, true, true, true],
  )
})

test('slow work gives up its place once', async () => {
  const clock = createFakeClock()
  const limiter = createLimiter(1, { clock, patienceMs: 100 })
  const jobs = Array.from({ length: 3 }, job)
  const runs = jobs.map(({ work }) => limiter.run(work))
  await clock.advance(100)
  await turn()
  assert.deepEqual(
    jobs.map(({ state }) => state.running),
    [true, true, false],
  )
  jobs[0]?.state.end()
  await turn()
  assert.equal(jobs[2]?.state.running, false, 'its place was given away before')
  for (const { state } of jobs) state.end()
  await Promise.all(runs)
})
