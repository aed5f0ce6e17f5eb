import { CroftError } from '../../../platform/errors/index.ts'
import type { Principal } from '../principal.ts'
import { refusing } from '../refusal.ts'
import { abilityOf } from '../rules/ability.ts'
import { matchConditions } from '../rules/match-conditions.ts'
import { type RoleName, roleOf } from '../rules/roles.ts'
import type { Conditions } from '../rules/rule.ts'
import { ACTIONS, type Action, type SubjectName } from '../rules/subjects.ts'
import type { Place } from './place.ts'
import { subjectAt } from './subject-at.ts'

type Matcher = ReturnType<typeof matchConditions>
const matchers = new WeakMap<Conditions, Map<string, Matcher>>()

/** The part of a condition that speaks of these paths, compiled once: an organization has many workspaces. */
function matcherOf(conditions: Conditions, paths: readonly string[]): Matcher {
  const known = matchers.get(conditions) ?? new Map<string, Matcher>()
  matchers.set(conditions, known)
  const key = paths.join(' ')
  const matcher =
    known.get(key) ?? matchConditions(Object.fromEntries(paths.map((path) => [path, conditions[path]])))
  known.set(key, matcher)
  return matcher
}

/** Whether a condition holds for everything that has these fields, for nothing of it, or for some of it perhaps. */
function reach(
  conditions: Conditions | undefined,
  fields: Record<string, unknown>,
  paths: ReadonlySet<string>,
): 'all' | 'none' | 'some' {
  if (conditions === undefined) return 'all'
  const named = Object.keys(conditions)
  const known = named.filter((path) => paths.has(path))
  if (known.length > 0 && !matcherOf(conditions, known)(fields)) return 'none'
  return known.length === named.length ? 'all' : 'some'
}

/** Whether the principal may do this to everything of the kind at the place, whatever it is called. */
function mayEverywhere(
  principal: Principal,
  action: Action,
  name: SubjectName,
  at: NonNullable<ReturnType<typeof subjectAt>>,
): boolean {
  // The strongest first; the first that speaks of all of them decides, and one that forbids some of them too.
  for (const rule of abilityOf(principal).rulesFor(action, name)) {
    const reached = reach(rule.conditions as Conditions | undefined, at.fields, at.paths)
    if (rule.inverted && reached !== 'none') return false
    if (!rule.inverted && reached === 'all') return true
  }
  return false
}

/** A rule that forbids one action is none about `manage`, which is all of them; so each is asked about then. */
function singly(principal: Principal, actions: readonly Action[]): readonly Action[] {
  if (!actions.includes('manage')) return actions
  return abilityOf(principal).rules.some((rule) => rule.inverted) ? ACTIONS : actions
}

function tooMuch(principal: Principal, role: RoleName, { workspaceId }: Place): CroftError {
  const error = new CroftError(
    'forbidden',
    `This credential may do less there than the role ${role} allows.`,
    { hint: 'Nobody can give or take a role that allows more than the own ones do.' },
  )
  return refusing(error, { principal, action: 'manage', subjectType: 'role', subjectId: null, workspaceId })
}

/**
 * Nobody gives, or takes, more than it has itself: the caller must be allowed all that the role allows there, and
 * to everything there. Throws `forbidden`.
 */
export function assertMayGive(principal: Principal, role: RoleName, place: Place): void {
  const { permissions } = roleOf(role)
  // The role that may do everything names no kinds; who may give it was asked before.
  const workspaceIds: readonly (string | null)[] =
    place.type === 'organization' ? [null, ...place.workspaceIds] : [place.workspaceId]
  for (const { actions, subjects } of permissions) {
    for (const name of subjects) {
      for (const workspaceId of workspaceIds) {
        const at = subjectAt(place, workspaceId, name)
        if (at === null) continue
        if (singly(principal, actions).every((action) => mayEverywhere(principal, action, name, at))) continue
        throw tooMuch(principal, role, place)
      }
    }
  }
}
