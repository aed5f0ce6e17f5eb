import { createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import type { Principal } from '../principal.ts'
import { bindingRules } from './binding-rules.ts'
import { matchConditions } from './match-conditions.ts'
import { orderRules } from './order-rules.ts'
import type { Rule } from './rule.ts'
import type { Action, SubjectName, Subjects } from './subjects.ts'

export type Ability = MongoAbility

const toRaw = (rule: Rule) => ({
  action: [...rule.action],
  subject: [...rule.subject],
  ...(rule.inverted ? { inverted: true } : {}),
  ...(rule.reason === undefined ? {} : { reason: rule.reason }),
  ...(rule.conditions && Object.keys(rule.conditions).length > 0 ? { conditions: rule.conditions } : {}),
})

/** Every authenticated caller may look at what there is to choose from. */
const KNOWN: Rule = { action: ['read'], subject: ['regions'] }

/** Everybody who is a person, or acts for one, may make a workspace of its own. */
const OWN_WORKSPACE: Rule = { action: ['create'], subject: ['workspaces'] }

/** An ability of rules that were loaded in these batches. */
export function compileRules(batches: readonly (readonly Rule[])[]): Ability {
  return createMongoAbility(orderRules(batches).map(toRaw), { conditionsMatcher: matchConditions })
}

function build(principal: Principal): Ability {
  const own = bindingRules(principal.bindings)
  if (principal.type !== 'anonymous') own.push(KNOWN)
  if (principal.userId !== null) own.push(OWN_WORKSPACE)
  return compileRules([own, ...principal.ruleSets.map((set) => set.rules)])
}

/** Abilities of the last callers, by all that they are made of: what changes has another key. */
const MOST_KEPT = 1000
const kept = new Map<string, Ability>()
const ofPrincipal = new WeakMap<Principal, Ability>()

function keyOf({ type, userId, bindings, ruleSets }: Principal): string {
  return JSON.stringify([type === 'anonymous', userId === null, bindings, ruleSets.map((set) => set.version)])
}

/** The principal's ability, built once for all of its requests. */
export function abilityOf(principal: Principal): Ability {
  const known = ofPrincipal.get(principal)
  if (known) return known
  const key = keyOf(principal)
  const ability = kept.get(key) ?? build(principal)
  // Asked for last, forgotten last.
  kept.delete(key)
  kept.set(key, ability)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  ofPrincipal.set(principal, ability)
  return ability
}

/** Whether the principal may do this; use `authorize` unless a refusal is not an error. */
export function isAllowed<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): boolean {
  return abilityOf(principal).can(action, subject(name, { ...fields }))
}

/** Why it may not: what the rule says that forbids it, null when no rule speaks of it or none gives a reason. */
export function refusalOf<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): { readonly byRule: boolean; readonly reason: string | null } {
  const rule = abilityOf(principal).relevantRuleFor(action, subject(name, { ...fields }))
  return rule?.inverted ? { byRule: true, reason: rule.reason ?? null } : { byRule: false, reason: null }
}
