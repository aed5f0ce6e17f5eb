import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLanes } from './lanes.ts'

test('no more than the limit runs at one time', async () => {
  const lanes = createLanes(3)
  let running = 0
  let most = 0
  let done = 0
  for (let i = 0; i < 20; i++) {
    await lanes.run(async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, i % 4))
      running -= 1
      done += 1
    })
  }
  await lanes.finish()
  assert.deepEqual({ most, done, running }, { most: 3, done: 20, running: 0 })
})

test('after a failure nothing new begins, and the first failure is told', async () => {
  const lanes = createLanes(2)
  let later = false
  for (const name of ['first', 'second']) {
    await lanes.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      throw new Error(name)
    })
  }
  await lanes.idle()
  await assert.rejects(
    lanes.run(async () => {
      later = true
    }),
    /first/,
  )
  await assert.rejects(lanes.finish(), /first/)
  assert.equal(later, false)
})
