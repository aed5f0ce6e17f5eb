import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROLES } from '../../domain/access/index.ts'
import { EXTENDS, KNOWN_ROLES, type KnownRole, readRole, seekRole, showRole } from './role-names.ts'

interface Permission {
  readonly actions: readonly string[]
  readonly subjects: readonly string[]
}

function allows(role: KnownRole, subject: string, action: string): boolean {
  return ROLES[role].permissions.some(
    ({ actions, subjects }: Permission) =>
      (subjects.length === 0 || subjects.includes(subject)) &&
      (actions.includes('manage') || actions.includes(action)),
  )
}

test('every role has one name, which reads as the role again', () => {
  assert.equal(new Set(KNOWN_ROLES.map(showRole)).size, KNOWN_ROLES.length)
  for (const role of KNOWN_ROLES) assert.equal(readRole(showRole(role)), role)
  assert.throws(() => readRole('organization-admin'), { code: 'role-not-found' })
  assert.equal(seekRole('emperor'), '')
})

test('a role allows all that the roles it extends allow', () => {
  for (const role of KNOWN_ROLES) {
    for (const included of EXTENDS[role]) {
      // Everybody who is logged in may do that, so no other role says so.
      if (included === 'platform-member') continue
      for (const { actions, subjects } of ROLES[included].permissions as readonly Permission[]) {
        for (const subject of subjects) {
          for (const action of actions) {
            assert.ok(allows(role, subject, action), `${role} lacks ${subject}:${action} of ${included}`)
          }
        }
      }
    }
  }
})
