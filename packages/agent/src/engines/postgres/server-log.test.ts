import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import pino from 'pino'
import { followLog, parseLogLine } from './server-log.ts'
import { startFault } from './start-fault.ts'

test('a line gets the level its severity deserves', () => {
  assert.deepEqual(parseLogLine('[12] PANIC:  could not write'), {
    severity: 'PANIC',
    level: 'error',
    text: 'could not write',
  })
  assert.equal(parseLogLine('[12] LOG:  fine').level, 'debug')
  assert.equal(parseLogLine('postgres: error while loading shared libraries').severity, '')
})

test('lines are whole however the bytes come, and only the last are kept', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `[1] LOG:  line ${index} é`)
  const bytes = Buffer.from(`${lines.join('\n')}\n[1] LOG:  database system is ready to accept connections\n`)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 }), async (sizes) => {
      const stderr = new PassThrough()
      const log = followLog(stderr, pino({ level: 'silent' }))
      let at = 0
      for (const size of sizes) {
        stderr.write(bytes.subarray(at, at + size))
        at += size
      }
      stderr.end(bytes.subarray(at))
      await log.ready
      const kept = log.tail().map((line) => line.text)
      assert.equal(kept.length, 40)
      assert.equal(kept.at(-2), 'line 59 é')
    }),
    { numRuns: 50 },
  )
})

test('a line without end takes no memory without end', async () => {
  const stderr = new PassThrough()
  const log = followLog(stderr, pino({ level: 'silent' }))
  for (let index = 0; index < 64; index++) stderr.write('x'.repeat(65_536))
  stderr.end('\n[1] LOG:  database system is ready to accept connections\n')
  await log.ready
  assert.ok(log.tail().every((line) => line.text.length <= 4096))
})

test('a failed start is told by its cause', () => {
  const fault = (line: string, signal: NodeJS.Signals | null = null) =>
    startFault([parseLogLine(line)], { code: signal ? null : 1, signal })
  assert.equal(fault('[1] FATAL:  could not write lock file: No space left on device').code, 'disk-full')
  assert.match(fault('[1] FATAL:  could not map anonymous shared memory').message, /memory/)
  const other = fault('[1] FATAL:  something in /secret/path')
  assert.deepEqual([other.code, /secret/.test(other.message)], ['server-start-failed', false])
  assert.match(String(other.cause), /secret/)
  assert.equal(fault('[1] LOG:  starting PostgreSQL', 'SIGKILL').code, 'server-crashed')
  assert.equal(
    fault('[1] LOG:  startup process (PID 7) was terminated by signal 9: Killed').code,
    'server-crashed',
  )
})
