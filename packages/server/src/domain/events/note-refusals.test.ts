import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestAccess } from '../../../test/access.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { ANONYMOUS, authorize, type Principal } from '../access/index.ts'
import { createNoteRefusals } from './note-refusals.ts'

const request = { operation: 'croft.createThing', requestId: 'request-9' }

function refusedBy(principal: Principal, workspaceId: string): CroftError {
  try {
    authorize(principal, 'delete', 'tokens', { workspaceId })
  } catch (error) {
    if (error instanceof CroftError) return error
  }
  throw new Error('it was allowed')
}

test('refusals of one kind are two events at most, and never in the trail of strangers', async (t) => {
  const { db, workspaces } = await createTestAccess(t)
  const refusals = createNoteRefusals({ db, log: { warn: () => assert.fail('a warning') } })
  const [acme, other] = workspaces
  const reader: Principal = {
    ...ANONYMOUS,
    type: 'user',
    id: 'u1',
    name: 'ada@example.com',
    bindings: [{ role: 'workspace-reader', scope: { type: 'workspace', id: acme.id } }],
  }
  for (let n = 0; n < 100; n++) refusals.noteFailure(refusedBy(reader, acme.id), request)
  refusals.noteFailure(refusedBy(reader, other.id), request)
  refusals.noteFailure(refusedBy(ANONYMOUS, acme.id), request)
  refusals.noteFailure(new CroftError('forbidden', 'Of nobody known.'), request)
  refusals.noteFailure(new CroftError('internal', 'Something else.'), request)
  await refusals.close()
  const events = await db.selectFrom('events').selectAll().orderBy('id').execute()
  assert.deepEqual(
    events.map(({ workspace_id, after }) => [workspace_id, after?.count]).sort(),
    [
      [acme.id, 1],
      [acme.id, 99],
      [null, 1],
    ].sort(),
  )
  // Those of one moment have no order.
  const first = events.find(({ workspace_id, after }) => workspace_id === acme.id && after?.count === 1)
  assert.deepEqual(
    [first?.action, first?.actor_id, first?.subject_type, first?.request_id, first?.after],
    [
      'access.refused',
      'u1',
      'token',
      'request-9',
      { operation: 'croft.createThing', action: 'delete', code: 'forbidden', count: 1 },
    ],
  )
})

test('a token that was revoked is refused in the name of whose it was; an invented one leaves nothing', async (t) => {
  const { access, db, system, workspaces } = await createTestAccess(t)
  const refusals = createNoteRefusals({ db, log: { warn: () => assert.fail('a warning') } })
  const workspaceId = workspaces[0].id
  const token = await access.createServiceToken(system, { workspaceId, name: 'deploy' })
  await access.revokeServiceToken(system, { workspaceId, id: token.id })
  for (const bearer of [token.value, `${token.value.slice(0, -6)}AAAAAA`, 'nonsense']) {
    const error = await access.authenticate(bearer).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof CroftError)
    refusals.noteFailure(error, request)
  }
  await refusals.close()
  const events = await db.selectFrom('events').selectAll().where('action', '=', 'access.refused').execute()
  assert.deepEqual(
    events.map((event) => [event.actor_type, event.actor_id, event.workspace_id, event.subject_id]),
    [['service-token', token.id, workspaceId, token.id]],
  )
  assert.ok(!JSON.stringify(events).includes(token.value))
})
