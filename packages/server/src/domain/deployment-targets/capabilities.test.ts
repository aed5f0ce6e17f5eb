import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CAPABILITIES, hostCapabilities, readCapabilities } from './capabilities.ts'

test('a host can what is installed there, and what its agent does anywhere', () => {
  const able = hostCapabilities([
    { engine: 'postgres', version: '18', installed: true },
    { engine: 'mariadb', version: '11', installed: false },
    { engine: 'redis', version: '8', installed: true },
  ])
  assert.deepEqual(Object.keys(able).sort(), [...CAPABILITIES].sort())
  const some = Object.fromEntries(Object.entries(able).filter(([, version]) => version !== ''))
  assert.deepEqual(some, {
    ...{ postgresql: 'v2', redis: 'v2', backup: 'v2', restore: 'v1', database: 'v1', capabilities: 'v1' },
    ...{ data_service_tls: 'v1', event_reporting: 'v1', storage_size_increase: 'v1' },
  })
})

test('versions are those of Go’s semver package, or empty', () => {
  const right = ['', 'v0', 'v1', 'v2.3', 'v1.2.3', 'v1.2.3-rc.1', 'v1.2.3+build.5', 'v10.0.0-a+b']
  for (const version of right) assert.equal(readCapabilities({ redis: version }).redis, version)
  const wrong = ['1', 'v', 'v01', 'v1.', 'v1.2.3.4', 'v1.2-rc', 'V1', 'v1 ', 'latest', 1]
  for (const version of wrong) {
    assert.throws(() => readCapabilities({ redis: version }), { code: 'invalid-input' }, String(version))
  }
  assert.deepEqual(new Set(Object.values(readCapabilities({ unheard_of: 'v1' }))), new Set(['']))
})
