import { CroftError } from '../../../platform/errors/index.ts'
import { isRoleName, type RoleName, roleOf } from '../rules/roles.ts'
import type { Level } from '../rules/subjects.ts'

/** The role, which must be one that is held at this level. Throws `not-applicable`. */
export function checkLevel(role: string, level: Level): RoleName {
  if (!isRoleName(role)) throw new CroftError('not-applicable', `There is no role ${role}.`)
  if (roleOf(role).level === level) return role
  throw new CroftError('not-applicable', 'The role is not one of the level that it is given at.')
}
