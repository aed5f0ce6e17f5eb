import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AgentFault } from '../../fault.ts'
import { checkSettings } from './settings.ts'

test('what sizes set is allowed', () => {
  checkSettings({ shared_buffers: '8MB', max_connections: '60', random_page_cost: '1.1', jit: 'off' })
  checkSettings({ checkpoint_timeout: '15min', temp_file_limit: '-1', 'pg_stat_statements.max': '500' })
})

test('settings that touch durability, access or the log are refused, and so are wrong values', () => {
  for (const name of ['fsync', 'listen_addresses', 'hba_file', 'log_statement', 'constructor', '__proto__']) {
    assert.throws(() => checkSettings(Object.fromEntries([[name, 'on']])), AgentFault, name)
  }
  for (const value of ['8mb', '8 MB', '', 'on', '-1MB', '8MB\n']) {
    assert.throws(() => checkSettings({ shared_buffers: value }), AgentFault, value)
  }
})

test('no accepted value can end its line or its quotes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('work_mem', 'jit', 'random_page_cost', 'statement_timeout'),
      fc.string(),
      (name, value) => {
        try {
          checkSettings({ [name]: value })
        } catch (error) {
          return error instanceof AgentFault
        }
        return /^[\w.-]+$/.test(value)
      },
    ),
  )
})
