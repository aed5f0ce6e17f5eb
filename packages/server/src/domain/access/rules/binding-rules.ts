import type { Binding } from './binding.ts'
import { type Role, type RoleName, roleOf } from './roles.ts'
import { PLATFORM_PRIORITY, type Rule } from './rule.ts'
import { SCOPE_FIELDS, type SubjectName } from './subjects.ts'

type Reach = (subject: SubjectName) => { readonly field: string; readonly ids: readonly string[] } | undefined

/** Where the condition of a role's rule looks for each kind of thing, and what it must find there. */
function reachOf({ level }: Role, held: readonly Binding[]): Reach {
  const ids = held.flatMap(({ scope }) => (scope.type === 'platform' ? [] : [scope.id]))
  if (level === 'platform') return () => undefined
  if (level !== 'organization') {
    return (subject) => {
      const field = SCOPE_FIELDS[level][subject]
      return field === undefined ? undefined : { field, ids }
    }
  }
  const workspaceIds = held.flatMap(({ scope }) => (scope.type === 'organization' ? scope.workspaceIds : []))
  return (subject) => {
    if (subject === 'organizations') return { field: 'id', ids }
    const field = SCOPE_FIELDS.workspace[subject]
    return field === undefined ? undefined : { field, ids: workspaceIds }
  }
}

/** Permissions that name no kinds are for all of them. */
function rulesOfPlatform({ permissions }: Role): Rule[] {
  return permissions.map(({ actions, subjects }) =>
    subjects.length === 0
      ? { action: actions, subject: ['all'], priority: PLATFORM_PRIORITY }
      : { action: actions, subject: subjects },
  )
}

/** The rules of one role at all places where it is held: a hundred projects make one rule, not a hundred. */
function rulesOfRole(name: RoleName, held: readonly Binding[]): Rule[] {
  const role = roleOf(name)
  if (role.level === 'platform') return rulesOfPlatform(role)
  const reach = reachOf(role, held)
  const inside = role.permissions.flatMap(({ actions, subjects }) =>
    subjects.flatMap((subject) => {
      const found = reach(subject)
      if (found === undefined || found.ids.length === 0) return []
      return [{ action: actions, subject: [subject], conditions: { [found.field]: { $in: found.ids } } }]
    }),
  )
  if (role.level === 'organization') return [...inside, ...newWorkspaceRule(role, held)]
  return role.level === 'namespace' ? [...inside, targetRule(held)] : inside
}

/** What is put into a namespace is ordered by the target that it is on, so that is known, and what it holds by name. */
function targetRule(held: readonly Binding[]): Rule {
  const ids = held.flatMap(({ scope }) => (scope.type === 'namespace' ? [scope.deploymentTargetId] : []))
  return { action: ['read'], subject: ['deployment-targets'], conditions: { id: { $in: ids } } }
}

/** A workspace that is to be made has no id that an organization's role could name yet. */
function newWorkspaceRule({ permissions }: Role, held: readonly Binding[]): Rule[] {
  const makes = permissions.some(
    ({ actions, subjects }) => actions.includes('manage') && subjects.includes('workspaces'),
  )
  if (!makes) return []
  const ids = held.flatMap(({ scope }) => (scope.type === 'organization' ? [scope.id] : []))
  return [{ action: ['create'], subject: ['workspaces'], conditions: { organizationId: { $in: ids } } }]
}

/** What a principal may do by the roles it holds. */
export function bindingRules(bindings: readonly Binding[]): Rule[] {
  const byRole = new Map<RoleName, Binding[]>()
  for (const binding of bindings) {
    const held = byRole.get(binding.role)
    if (held) held.push(binding)
    else byRole.set(binding.role, [binding])
  }
  return [...byRole].flatMap(([role, held]) => rulesOfRole(role, held))
}
