import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sslmodeFor } from './sslmode.ts'

test('only what stays on the machine goes without TLS', () => {
  for (const host of ['localhost', 'LOCALHOST', 'db.localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]']) {
    assert.equal(sslmodeFor(host), 'disable', host)
  }
  for (const host of [
    'db.example.com',
    'localhost.example.com',
    '10.0.0.1',
    '128.0.0.1',
    '::2',
    '0.0.0.0',
    '',
  ]) {
    assert.equal(sslmodeFor(host), 'require', host)
  }
})
