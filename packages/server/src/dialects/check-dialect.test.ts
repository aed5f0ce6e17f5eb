import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERROR_CODES, type ErrorCode } from '../platform/errors/index.ts'
import { dialectFaults } from './check-dialect.ts'
import type { Dialect } from './dialect.ts'

const STATUS: Partial<Record<ErrorCode, number>> = {
  'not-authenticated': 401,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
  'body-too-large': 413,
}

const errors = Object.fromEntries(ERROR_CODES.map((code) => [code, STATUS[code] ?? 400])) as Record<
  ErrorCode,
  number
>

const good: Dialect = {
  name: 'good',
  basePaths: ['/good'],
  errors,
  renderError: (error) => ({ status: errors[error.code], body: { message: error.message } }),
  register: async () => undefined,
}

test('a dialect that words every code has no faults', async () => {
  assert.deepEqual(await dialectFaults(good), [])
})

test('a missing code, a wrong status and a leak are found', async () => {
  const { internal: _, ...incomplete } = errors
  const bad: Dialect = {
    ...good,
    name: 'bad',
    basePaths: ['/bad/'],
    errors: incomplete as Dialect['errors'],
    renderError: (error) => ({
      status: error.code === 'forbidden' ? 200 : 500,
      body: { message: `${error.message} ${error.cause}` },
    }),
  }
  const faults = await dialectFaults(bad)
  for (const fault of [
    'bad: internal is not in the error table',
    'bad: forbidden has the status 200',
    'bad: not-authenticated has the status 500',
    'bad: project-not-found shows its cause',
    'bad: an unforeseen error is not told as internal',
    'bad: /bad/ is not a base path',
  ]) {
    assert.ok(faults.includes(fault), `${fault} not in ${faults.join('\n')}`)
  }
})
