import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CroftError, ERROR_CODES } from '../../platform/errors/index.ts'
import { ERRORS, renderError } from './errors.ts'
import { createIdReader } from './ids.ts'

test('every failure has a status that is one and a code', () => {
  for (const code of ERROR_CODES) {
    const { status, body } = renderError(new CroftError(code, 'It is so.'))
    assert.ok(status >= 400 && status <= 599, code)
    assert.match(body.error.code, /^[a-z-]+$/, code)
    assert.ok(body.error.message.length > 0, code)
  }
  assert.deepEqual(Object.keys(ERRORS).sort(), [...ERROR_CODES].sort())
})

test('input that does not fit is 400, or 422 where the API documents that', () => {
  const error = new CroftError('invalid-input', 'name is wrong.', {
    fields: [{ path: '/name', message: 'must be string' }],
  })
  assert.deepEqual(renderError(error), {
    status: 400,
    body: { error: { code: 'client-error', message: 'name is wrong.', hint: '/name must be string' } },
  })
  const { status, body } = renderError(error, { invalid: 422 })
  assert.deepEqual([status, body.error.code], [422, 'validation-error'])
})

test('malformed requests are 400 everywhere', () => {
  assert.equal(renderError(new CroftError('malformed-request', 'No.'), { invalid: 422 }).status, 400)
})

test('a not-found names the thing as the client did', () => {
  const ids = createIdReader()
  assert.throws(() => ids.read('database', 'db_abc'))
  const { status, body } = renderError(new CroftError('database-not-found', 'No such.'), {}, ids)
  assert.equal(status, 404)
  assert.deepEqual(body, {
    error: { code: 'resource-not-found', message: 'database with id db_abc not found' },
  })
})

test('a not-found of something the client did not name keeps its own words', () => {
  const { body } = renderError(new CroftError('branch-not-found', 'It has no branch.'), {}, createIdReader())
  assert.equal(body.error.message, 'branch not found')
})

test('the sentences that clients look for are as documented', () => {
  const told = (code: 'default-database-exists' | 'default-database-undeletable') => {
    const { status, body } = renderError(new CroftError(code, 'Ours.'))
    return [status, body.error.message]
  }
  assert.deepEqual(told('default-database-exists'), [400, 'Default database already exists'])
  assert.deepEqual(told('default-database-undeletable'), [403, 'Cannot delete the default environment'])
})

test('a route may tell a failure in its own way', () => {
  const busy = new CroftError('project-busy', 'A restore is under way.')
  assert.equal(renderError(busy).status, 409)
  const route = { errors: { 'project-busy': { status: 400, code: 'client-error' } } } as const
  assert.equal(renderError(busy, route).status, 400)
})

test('causes and retry hints of the inside stay inside', () => {
  const error = new CroftError('internal', 'Something went wrong.', { cause: new Error('password=hunter2') })
  assert.ok(!JSON.stringify(renderError(error)).includes('hunter2'))
})
