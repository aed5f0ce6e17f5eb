import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AgentFault } from '../../fault.ts'
import { scramRole } from './contract-fixture.ts'
import { type ExistingRole, planRoles } from './plan-roles.ts'

const verifiers = ['a', 'b', 'c'].map((password) => scramRole('x', password).verifier)
const names = ['ada', 'bob', 'Éve "the" \'quoted\'', 'select', 'x y']

const wantedRoles = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(...names), verifier: fc.constantFrom(...verifiers) }),
  { selector: (role) => role.name },
)
const existingRoles: fc.Arbitrary<ExistingRole[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...names),
    verifier: fc.option(fc.constantFrom(...verifiers)),
    canLogin: fc.boolean(),
    actsAsOwner: fc.boolean(),
  }),
  { selector: (role) => role.name },
)

test('sessions end exactly of roles that go or get another verifier, and of no other', () => {
  fc.assert(
    fc.property(existingRoles, wantedRoles, (existing, wanted) => {
      const plan = planRoles(existing, wanted)
      const want = new Map(wanted.map((role) => [role.name, role.verifier]))
      const ended = existing.filter((had) => !had.canLogin || want.get(had.name) !== had.verifier)
      assert.deepEqual([...plan.ended].sort(), ended.map((role) => role.name).sort())
      const removed = existing.filter((had) => !want.has(had.name)).map((role) => role.name)
      assert.deepEqual([...plan.removed].sort(), removed.sort())
    }),
  )
})

test('a plan that was carried out has nothing left to do', () => {
  fc.assert(
    fc.property(wantedRoles, (wanted) => {
      const existing = wanted.map((role) => ({ ...role, canLogin: true, actsAsOwner: true }))
      assert.deepEqual(planRoles(existing, wanted), { statements: [], ended: [], removed: [] })
    }),
  )
})

test('names that are the system’s or would be cut, and passwords in clear, are refused', () => {
  const { verifier } = scramRole('x', 'a')
  for (const name of ['croft_agent', 'croft_owner', 'pg_monitor', 'public', '', 'a\0b', 'ü'.repeat(32)]) {
    assert.throws(() => planRoles([], [{ name, verifier }]), AgentFault, name)
  }
  for (const wrong of ['', 'secret', `${verifier}\n`, `md5${'0'.repeat(32)}`]) {
    assert.throws(() => planRoles([], [{ name: 'ada', verifier: wrong }]), AgentFault, wrong)
  }
})
