import { CroftError } from '../../../platform/errors/index.ts'
import { newExtent } from '../keys/extent.ts'
import { normaliseRules } from '../keys/normalise-rules.ts'
import { evaluatedRules } from '../keys/stored-rule.ts'
import { PRIORITY_LIMIT, type Rule } from '../rules/rule.ts'
import { DEFAULT_ROLE, EDITOR, OWNER, type WorkspaceSecurity } from './security.ts'

/** A rule, and the roles of those whom it is for. */
export interface SecurityRule {
  readonly roles: readonly string[]
  readonly rule: Rule
}

/** Above all rules of roles and of keys that have no priority; later rules are stronger. */
const FIRST_PRIORITY = 100
/** More would all be equally strong: the platform's own priorities begin there. */
const MOST_RULES = PRIORITY_LIMIT - FIRST_PRIORITY

const invalid = (message: string) => new CroftError('rules-invalid', message)

function checkedRoles(
  given: string | readonly string[] | undefined,
  known: readonly string[],
): readonly string[] {
  const roles = given === undefined ? [] : typeof given === 'string' ? [given] : given
  for (const role of roles) {
    // Words of the original.
    if (role === OWNER) throw invalid("Reserved role 'owner cannot be overriden !'")
    if (role !== DEFAULT_ROLE && role !== EDITOR && !known.includes(role))
      throw invalid(`Unknown custom role '${role}' referenced in a rule`)
  }
  return roles.length > 0 ? roles : [DEFAULT_ROLE]
}

/** The rules of a workspace's security, checked and bound to the workspace. Throws `rules-invalid`. */
export function compileSecurity(
  workspaceId: string,
  { authorizations = {} }: WorkspaceSecurity,
): SecurityRule[] {
  const { rules = [], roles = {} } = authorizations
  const known = Object.keys(roles)
  if (known.includes(OWNER)) throw invalid("Reserved role 'owner cannot be overriden !'")
  if (rules.length > MOST_RULES)
    throw invalid(`A workspace may have ${MOST_RULES} rules; these are ${rules.length}.`)
  const extent = newExtent()
  return rules.flatMap((rule, i) => {
    const held = checkedRoles(rule.role, known)
    const stored = normaliseRules(workspaceId, [{ ...rule, priority: FIRST_PRIORITY + i }], extent)
    return evaluatedRules(stored, workspaceId).map((one) => ({ roles: held, rule: one }))
  })
}
