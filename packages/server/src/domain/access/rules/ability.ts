import { createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import type { Principal } from '../principal.ts'
import { bindingRules } from './binding-rules.ts'
import { bounded, matchConditions } from './match-conditions.ts'
import { orderRules } from './order-rules.ts'
import { createRecent } from './recent.ts'
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

function batchesOf(principal: Principal): readonly (readonly Rule[])[] {
  const own = bindingRules(principal.bindings)
  if (principal.type !== 'anonymous') own.push(KNOWN)
  if (principal.userId !== null) own.push(OWN_WORKSPACE)
  return [own, ...principal.ruleSets.map((set) => set.rules)]
}

/** Abilities of the last callers, by all that they are made of: what changes has another key. In characters. */
const MOST_KEPT = 16_000_000
const kept = createRecent<Ability>(MOST_KEPT)
const ofPrincipal = new WeakMap<Principal, Ability>()

function keyOf({ type, userId, bindings, ruleSets }: Principal): string {
  return JSON.stringify([type === 'anonymous', userId === null, bindings, ruleSets.map((set) => set.version)])
}

function build(principal: Principal, key: string): Ability {
  const batches = batchesOf(principal)
  const ability = compileRules(batches)
  kept.keep(key, ability, JSON.stringify(batches).length)
  return ability
}

/** The principal's ability, built once for all of its requests. */
export function abilityOf(principal: Principal): Ability {
  const known = ofPrincipal.get(principal)
  if (known) return known
  const key = keyOf(principal)
  const ability = kept.get(key) ?? build(principal, key)
  ofPrincipal.set(principal, ability)
  return ability
}

/**
 * Whether the principal may do this; use `authorize` unless a refusal is not an error. What rules cannot say of it in
 * bounded time is not allowed.
 */
export function isAllowed<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): boolean {
  return bounded(() => abilityOf(principal).can(action, subject(name, { ...fields })), false)
}

/** Whether there can be anything at all that the principal may do this to; for what to offer, never to decide. */
export function mayEver(principal: Principal, action: Action, name: SubjectName): boolean {
  return bounded(() => abilityOf(principal).can(action, name), false)
}

/** Why it may not: what the rule says that forbids it, null when no rule speaks of it or none gives a reason. */
export function refusalOf<Name extends SubjectName>(
  principal: Principal,
  action: Action,
  name: Name,
  fields: Subjects[Name],
): { readonly byRule: boolean; readonly reason: string | null } {
  const about = subject(name, { ...fields })
  const rule = bounded(() => abilityOf(principal).relevantRuleFor(action, about), null)
  return rule?.inverted ? { byRule: true, reason: rule.reason ?? null } : { byRule: false, reason: null }
}
