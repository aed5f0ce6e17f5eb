import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import type { Principal } from './principal.ts'
import { isAllowed, refusalOf } from './rules/ability.ts'
import { type Action, SINGULAR, type SubjectName, type Subjects } from './rules/subjects.ts'

function forbidden(action: Action, name: SubjectName, reason: string | null): CroftError {
  return new CroftError('forbidden', reason ?? `This credential may not ${action} this ${SINGULAR[name]}.`)
}

/** Throws `forbidden` unless the principal may do this; with the reason of the rule that forbids it, if it has one. */
export function authorize<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): void {
  if (isAllowed(principal, action, name, fields)) return
  throw forbidden(action, name, refusalOf(principal, action, name, fields).reason)
}

/**
 * For things looked up by id: one that the principal may not even read does not exist for it (`notFound`), so
 * that ids of other workspaces cannot be probed; one it may read but not change is `forbidden`, and so is one that a
 * rule keeps from it by name. Returns it.
 */
export function authorizeFound<Name extends SubjectName, Found>(
  principal: Principal,
  action: Action,
  name: Name,
  found: Found | undefined,
  fieldsOf: (found: Found) => Subjects[Name],
  notFound: { code: ErrorCode; message: string },
): Found {
  if (found === undefined) throw new CroftError(notFound.code, notFound.message)
  const fields = fieldsOf(found)
  if (!isAllowed(principal, 'read', name, fields)) {
    const { byRule, reason } = refusalOf(principal, 'read', name, fields)
    throw byRule ? forbidden('read', name, reason) : new CroftError(notFound.code, notFound.message)
  }
  if (action !== 'read') authorize(principal, action, name, fields)
  return found
}
