import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '../../test/temporary.ts'
import { completeBootstrap, readBootstrap } from './bootstrap-file.ts'

test('completing keeps what is there, whoever wrote it, and closes the file', (t) => {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'bootstrap.json')
  writeFileSync(path, JSON.stringify({ url: 'http://h:1', serviceToken: 's', later: [1] }), { mode: 0o644 })
  completeBootstrap(path, { postgres: { host: 'h', port: 7432 } })
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), {
    url: 'http://h:1',
    serviceToken: 's',
    later: [1],
    postgres: { host: 'h', port: 7432 },
  })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['bootstrap.json'])
  assert.equal(readBootstrap(path).serviceToken, 's')
  assert.equal(readBootstrap(path).agentToken, null)
})

test('a damaged file is named, and left as it is', (t) => {
  const path = join(temporaryDirectory(t), 'bootstrap.json')
  writeFileSync(path, '[]')
  assert.throws(() => readBootstrap(path), /damaged/)
  assert.throws(() => completeBootstrap(path, { a: 1 }), /damaged/)
  assert.equal(readFileSync(path, 'utf8'), '[]')
})
