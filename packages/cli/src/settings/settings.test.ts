import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagOf, type SettingName, Settings, WrongSettings } from '@croft/protocol'
import { Command } from 'commander'
import { childSettings } from './child-settings.ts'
import { addSettingFlags } from './flags.ts'
import { SETTING_GROUPS } from './groups.ts'
import { readSettings } from './read-settings.ts'

const names = Object.keys(Settings.properties) as SettingName[]

test('every setting is in one group of the help', () => {
  assert.deepEqual(Object.values(SETTING_GROUPS).flat().sort(), [...names].sort())
})

test('every setting can be given as a flag, and reaches its variable', () => {
  for (const name of names) {
    const command = new Command('start').exitOverride()
    addSettingFlags(command, 'start')
    command.parse([flagOf(name), 'x'], { from: 'user' })
    let given: Readonly<Record<string, string | undefined>> = {}
    try {
      given = readSettings({}, command.opts()).given
    } catch (error) {
      assert.ok(error instanceof WrongSettings)
      // `x` is wrong for it: then the fault names it, as its flag unless the rule spans two settings.
      assert.ok(error.faults.some((fault) => fault.includes(flagOf(name)) || fault.includes(name)))
      continue
    }
    assert.deepEqual(given, { [name]: 'x' })
  }
})

test('flags win over variables; the client’s own variables and empty ones are no settings', () => {
  const env = { CROFT_PORT: '1', CROFT_HOST: '', CROFT_URL: 'http://x', CROFT_TOKEN: 't', PATH: '/bin' }
  const { given, values } = readSettings(env, { port: '2' })
  assert.deepEqual(given, { CROFT_PORT: '2' })
  assert.equal(values.CROFT_PORT, 2)
})

test('a wrong flag is called by its flag and a wrong variable by its variable', () => {
  assert.throws(
    () => readSettings({ CROFT_RATE_LIMIT: 'x' }, { port: 'y' }),
    (error) => {
      assert.ok(error instanceof WrongSettings)
      assert.ok(error.faults.some((fault) => fault.startsWith('--port y: ')))
      assert.ok(error.faults.some((fault) => fault.startsWith('CROFT_RATE_LIMIT=x: ')))
      return true
    },
  )
})

test('a child gets the settings chosen for it and nothing of the client’s', () => {
  const base = { PATH: '/bin', CROFT_TOKEN: 'secret', CROFT_PORT: '1' }
  const settings = childSettings(
    base,
    { CROFT_PORT: '2', CROFT_DATABASE_URL: 'postgres://x' },
    './d',
    '/home/me',
  )
  assert.deepEqual(settings.environment('all', { CROFT_DATABASE_URL: undefined }), {
    PATH: '/bin',
    CROFT_PORT: '2',
    CROFT_DATA_DIR: '/home/me/d',
  })
  assert.deepEqual(settings.environment(['CROFT_DATA_DIR'], {}), {
    PATH: '/bin',
    CROFT_DATA_DIR: '/home/me/d',
  })
})
