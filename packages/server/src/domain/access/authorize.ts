import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import type { Principal } from './principal.ts'
import { placeOf, refusing } from './refusal.ts'
import { isAllowed, refusalOf } from './rules/ability.ts'
import { type Action, SINGULAR, type SubjectName, type Subjects } from './rules/subjects.ts'

function forbidden<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
  reason: string | null,
): CroftError {
  const error = new CroftError(
    'forbidden',
    reason ?? `This credential may not ${action} this ${SINGULAR[name]}.`,
    { refusal: { action, subjectType: name, subject: { ...fields }, reason } },
  )
  return refusing(error, { principal, action, ...placeOf(principal, name, fields) })
}

/** Throws `forbidden` unless the principal may do this; with the reason of the rule that forbids it, if it has one. */
export function authorize<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): void {
  if (isAllowed(principal, action, name, fields)) return
  throw forbidden(principal, action, name, fields, refusalOf(principal, action, name, fields).reason)
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
    if (byRule) throw forbidden(principal, 'read', name, fields, reason)
    throw new CroftError(notFound.code, notFound.message)
  }
  if (action !== 'read') authorize(principal, action, name, fields)
  return found
}
