import type { CroftError } from '../../platform/errors/index.ts'
import type { Principal } from './principal.ts'
import { isAllowed } from './rules/ability.ts'
import { SCOPE_FIELDS, SINGULAR, type SubjectName, type Subjects } from './rules/subjects.ts'

/** Who was refused what. */
export interface Refusal {
  readonly principal: Principal
  /** What the caller wanted to do, and to what; `authenticate` for a credential that is no longer good. */
  readonly action: string
  readonly subjectType: string
  /** Null when no single thing was meant. */
  readonly subjectId: string | null
  /** Null for what belongs to the platform. */
  readonly workspaceId: string | null
}

// Beside the error, which goes to callers and knows nothing of principals.
const refusals = new WeakMap<CroftError, Refusal>()

/** Notes what an error refuses, for the trail; returns the error. */
export function refusing(error: CroftError, refusal: Refusal): CroftError {
  refusals.set(error, refusal)
  return error
}

/** What an error refuses; undefined when it is not a refusal of somebody known. */
export const refusalBehind = (error: CroftError): Refusal | undefined => refusals.get(error)

function textAt(fields: object, path: string): string | null {
  const value = path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], fields)
  return typeof value === 'string' ? value : null
}

/**
 * Which thing was meant, as the trail names it, and in whose trail that belongs: that of the thing's workspace, if the
 * caller may know of it at all, else of the caller's own. Nobody can write into the trail of strangers.
 */
export function placeOf<Name extends SubjectName>(principal: Principal, name: Name, fields: Subjects[Name]) {
  const path = SCOPE_FIELDS.workspace[name]
  const id = path === undefined ? null : textAt(fields, path)
  const isKnown = id !== null && isAllowed(principal, 'read', 'workspaces', { id })
  return {
    subjectType: SINGULAR[name],
    subjectId: textAt(fields, 'id'),
    workspaceId: isKnown ? id : principal.workspaceId,
  }
}
