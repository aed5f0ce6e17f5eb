import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryDirectory } from '../../test/temporary.ts'
import { explainLog } from './explain-log.ts'
import { openLogFile } from './log-file.ts'

test('a log never outgrows its two files, keeps the newest bytes, and is its owner’s', (t) => {
  const directory = temporaryDirectory(t)
  let number = 0
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 30 }), (chunks) => {
      const path = join(directory, `${number++}.log`)
      const log = openLogFile(path, 100)
      for (const chunk of chunks) log.write(Buffer.from(chunk))
      log.close()
      const before = existsSync(`${path}.1`) ? readFileSync(`${path}.1`) : Buffer.alloc(0)
      const now = readFileSync(path)
      assert.ok(now.length <= 200 && before.length <= 200)
      const all = Buffer.from(chunks.join(''))
      assert.deepEqual(Buffer.concat([before, now]), all.subarray(all.length - before.length - now.length))
      assert.equal(statSync(path).mode & 0o777, 0o600)
    }),
    { numRuns: 60 },
  )
})

test('an open log goes on where it was', (t) => {
  const path = join(temporaryDirectory(t), 'a.log')
  for (const text of ['one\n', 'two\n']) {
    const log = openLogFile(path)
    log.write(Buffer.from(text))
    log.close()
  }
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
})

test('the tail has whole lines, however they were cut', (t) => {
  const log = openLogFile(join(temporaryDirectory(t), 'a.log'))
  for (const text of ['on', 'e\ntw', 'o\nthree']) log.write(Buffer.from(text))
  assert.deepEqual(log.tail(), ['one', 'two', 'three'])
  log.clearTail()
  assert.deepEqual(log.tail(), [])
  log.close()
})

test('people read what went wrong, not JSON and stack frames', () => {
  const lines = [
    '{"level":30,"msg":"listening"}',
    '{"level":60,"msg":"cannot listen","err":{"message":"EADDRINUSE"},"hint":"choose another --port"}',
    '    at foo (bar.ts:1:1)',
  ]
  assert.deepEqual(explainLog(lines), ['cannot listen: EADDRINUSE: choose another --port'])
  assert.deepEqual(explainLog(lines.slice(0, 1)), ['listening'])
  const uncaught = [
    'node:internal/x:1',
    '  throw err;',
    '  ^',
    'Error: no such file',
    "  code: 'ENOENT'",
    '}',
    'Node.js v24',
  ]
  assert.deepEqual(explainLog(uncaught), ['Error: no such file'])
  assert.deepEqual(explainLog(['plain words', '']), ['plain words'])
})
