import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagOf, parseSettings, WrongSettings } from './settings.ts'

test('an empty environment gives the defaults', () => {
  const settings = parseSettings({})
  assert.equal(settings.CROFT_PORT, 7400)
  assert.equal(settings.CROFT_DATA_DIR, './.croft')
  assert.equal(settings.CROFT_DATABASE_URL, undefined)
})

test('numbers are parsed, and other variables are left alone', () => {
  assert.equal(parseSettings({ CROFT_PORT: '0', PATH: '/bin' }).CROFT_PORT, 0)
})

test('every fault is listed at once, with what would be right', () => {
  const wrong = { CROFT_PORT: 'x', CROFT_LOG_LEVEL: 'loud', CROFT_POTR: '1', CROFT_TLS_CERT: 'a.pem' }
  assert.throws(
    () => parseSettings(wrong),
    (error) => {
      assert.ok(error instanceof WrongSettings)
      for (const name of ['CROFT_PORT', 'CROFT_LOG_LEVEL', 'CROFT_POTR', 'CROFT_TLS_KEY'])
        assert.match(error.message, new RegExp(name))
      return true
    },
  )
})

test('a range of ports has to be one', () => {
  assert.equal(parseSettings({ CROFT_DATABASE_PORTS: '0' }).CROFT_DATABASE_PORTS, '0')
  assert.equal(parseSettings({ CROFT_DATABASE_PORTS: '9-65535' }).CROFT_DATABASE_PORTS, '9-65535')
  for (const wrong of ['9000-8000', '65000-65536', '7000', '0-10', 'a-b']) {
    assert.throws(() => parseSettings({ CROFT_DATABASE_PORTS: wrong }), WrongSettings, wrong)
  }
})

test('a flag is named like its variable', () => {
  assert.equal(flagOf('CROFT_DATA_DIR'), '--data-dir')
})
