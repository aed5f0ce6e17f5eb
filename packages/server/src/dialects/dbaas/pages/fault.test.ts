import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, saidAbove } from './fault.ts'

const _links = { self: 'http://localhost/api/database/' }
const said = (body: object, fields: readonly string[] = ['name', 'plan']) => {
  const fault = faultOf({ status: 400, hal: { _links, ...body } })
  assert.ok(fault)
  return saidAbove(fault, fields)
}

test('what no field of the form says is said above it', () => {
  assert.deepEqual(said({ detail: 'Not today.' }), ['Not today.'])
  assert.deepEqual(said({ error: ['One.', 'Two.'] }), ['One.', 'Two.'])
  assert.deepEqual(said({ __all__: ['x is too long'], name: ['Wrong.'] }), ['x is too long'])
  assert.deepEqual(said({ color: ['Wrong.'], name: ['Wrong, too.'] }), ['color: Wrong.'])
  assert.match(said({ name: ['Wrong.'] })[0] ?? '', /marked below/)
})

test('a success has no fault', () => {
  assert.equal(faultOf({ status: 201, hal: { _links, name: 'x' } }), null)
})
