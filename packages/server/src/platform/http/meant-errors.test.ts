import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { fieldFaults } from './validate-input.ts'

const closed = { additionalProperties: false }
const schema = Type.Object({
  source: Type.Union([
    Type.Object({ type: Type.Literal('backup'), backupId: Type.String() }, closed),
    Type.Object({ type: Type.Literal('moment'), at: Type.String() }, closed),
  ]),
})
const faultsOf = (value: unknown, of: TSchema = schema) =>
  fieldFaults(Compile(of).Errors(value)).map(({ path, message }) => `${path} ${message}`)

test('a union is at fault in the branch that the value names', () => {
  assert.match(faultsOf({ source: { type: 'moment' } })[0] ?? '', /^\/source must have .* at$/)
  assert.deepEqual(
    faultsOf({ source: { type: 'backup', backupId: 7 } })[0],
    '/source/backupId must be string',
  )
  assert.deepEqual(
    faultsOf({ source: { type: 'moment', at: 'x', more: 1 } })[0],
    '/source/more is not known here',
  )
  for (const faults of [
    faultsOf({ source: { type: 'moment' } }),
    faultsOf({ source: { type: 'moment', at: 7 } }),
  ]) {
    assert.ok(!faults.some((fault) => /backup|constant/.test(fault)), faults.join('\n'))
  }
})

test('what is wrong is told once', () => {
  assert.deepEqual(faultsOf({ source: { type: 'backup', backupId: 7 } }), ['/source/backupId must be string'])
})

test('where it names none, it is told which there are', () => {
  assert.deepEqual(
    faultsOf({ source: { type: 'x', at: 'y' } })[0],
    '/source/type must be one of backup, moment',
  )
  // Nor does what is no object name any.
  assert.match(faultsOf({ source: 7 })[0] ?? '', /^\/source must be object/)
  assert.match(faultsOf({})[0] ?? '', /source/)
})

test('other unions are told as they were', () => {
  const other = Type.Object({ size: Type.Union([Type.Integer(), Type.Null()]) })
  assert.match(faultsOf({ size: 'x' }, other)[0] ?? '', /^\/size must be/)
})
