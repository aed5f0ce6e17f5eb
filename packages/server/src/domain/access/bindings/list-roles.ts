import { authorize } from '../authorize.ts'
import type { Call } from '../principal.ts'
import { ROLE_NAMES, roleOf } from '../rules/roles.ts'
import type { RoleDescription } from './entities.ts'

/** The built-in roles and what each allows. For everybody who is authenticated. */
export function listRoles({ principal }: Call): readonly RoleDescription[] {
  authorize(principal, 'read', 'regions', {})
  return ROLE_NAMES.map((name) => {
    const { level, title, permissions } = roleOf(name)
    return {
      name,
      level,
      title,
      permissions: permissions.map(({ actions, subjects }) => ({
        actions,
        subjects: subjects.length === 0 ? ['all'] : subjects,
      })),
    }
  })
}
