import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { pino } from 'pino'
import { followLog, parseLogLine } from './server-log.ts'

const line = (text: string) => `4711:M 31 Jan 2026 12:00:00.000 # ${text}\n`

test('a line is taken apart', () => {
  assert.deepEqual(parseLogLine(line('all is well').trimEnd()), { mark: '#', text: 'all is well' })
  assert.deepEqual(parseLogLine('something else'), { mark: '', text: 'something else' })
})

test('a script that writes to the log without an end keeps its own server waiting, not the agent', async () => {
  const said = new PassThrough()
  const written: string[] = []
  const log = pino({ level: 'warn' }, { write: (text: string) => void written.push(text) })
  const followed = followLog(said, log)
  let flowing = 0
  while (flowing < 10_000 && said.write(line(`line ${flowing}`))) {
    flowing += 1
    if (flowing % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(flowing < 6000, `${flowing} lines were taken at once`)
  assert.equal(written.length, 30)
  assert.ok(followed.tail().length > 0)
  said.end()
  said.resume()
  await followed.ended
})
