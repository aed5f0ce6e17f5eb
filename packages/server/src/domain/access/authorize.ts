import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import { type Action, isAllowed, type SubjectName, type Subjects } from './ability.ts'
import type { Principal } from './principal.ts'

/** Throws `forbidden` unless the principal may do this. */
export function authorize<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): void {
  if (!isAllowed(principal, action, name, fields)) {
    throw new CroftError('forbidden', `This credential may not ${action} this ${name.toLowerCase()}.`)
  }
}

/**
 * For things looked up by id: one that the principal may not even read does not exist for it (`notFound`), so
 * that ids of other workspaces cannot be probed; one it may read but not change is `forbidden`. Returns it.
 */
export function authorizeFound<Name extends SubjectName, Found>(
  principal: Principal,
  action: Action,
  name: Name,
  found: Found | undefined,
  fieldsOf: (found: Found) => Subjects[Name],
  notFound: { code: ErrorCode; message: string },
): Found {
  if (found === undefined || !isAllowed(principal, 'read', name, fieldsOf(found))) {
    throw new CroftError(notFound.code, notFound.message)
  }
  if (action !== 'read') authorize(principal, action, name, fieldsOf(found))
  return found
}

/** The workspaces whose things the principal may read: a list of ids, or all. Lists filter in SQL by it. */
export function readableWorkspaces(principal: Principal): readonly string[] | 'all' {
  const ids: string[] = []
  for (const { role, scope } of principal.bindings) {
    if (scope.type === 'platform' && role === 'platform-admin') return 'all'
    if (scope.type === 'workspace') ids.push(scope.id)
  }
  return ids
}
