import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemCall } from '../access/index.ts'
import { createLimitStreams } from './limit-streams.ts'

async function* numbers() {
  for (let n = 1; n <= 3; n++) yield n
}

test('a caller has so many streams at once, and another when one ends or is left', async () => {
  const limited = createLimitStreams(2, 'counted')
  const [ada, bob] = [systemCall('ada', 'r'), systemCall('bob', 'r')]
  const refused = { code: 'rate-limited', message: 'Events can be counted 2 times at once.' }
  const [first, second] = [limited(ada, numbers), limited(ada, numbers)]
  assert.deepEqual([(await first.next()).value, (await second.next()).value], [1, 1])
  assert.throws(() => limited(ada, numbers), refused)
  assert.deepEqual(await Array.fromAsync(limited(bob, numbers)), [1, 2, 3])
  await first.return()
  const third = limited(ada, numbers)
  assert.equal((await third.next()).value, 1)
  assert.throws(() => limited(ada, numbers), refused)
  assert.deepEqual(await Array.fromAsync(second), [2, 3])
  assert.deepEqual(await Array.fromAsync(limited(ada, numbers)), [1, 2, 3])
  // One that is never read takes no place.
  await limited(ada, numbers).return()
  assert.equal((await limited(ada, numbers).next()).value, 1)
})
