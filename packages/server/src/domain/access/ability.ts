import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import type { Binding, Principal } from './principal.ts'

export type Action = 'read' | 'create' | 'update' | 'delete' | 'manage'

/** The kinds of things rules speak of, with the fields their conditions may test. */
export interface Subjects {
  Platform: Record<string, never>
  /** What every authenticated caller may look at: regions, sizes, engines. */
  Region: Record<string, never>
  Workspace: { id: string }
  Project: { id: string; workspaceId: string }
  Branch: { workspaceId: string; projectId: string }
  Database: { id: string; workspaceId: string; projectId: string }
  Credential: { workspaceId: string; projectId: string; databaseId: string }
  Backup: { workspaceId: string; projectId: string; databaseId: string }
  Token: { workspaceId: string }
  Grant: { workspaceId: string }
  Event: { workspaceId: string }
}
export type SubjectName = keyof Subjects

export type Ability = MongoAbility

const OF_A_WORKSPACE: SubjectName[] = [
  'Project',
  'Branch',
  'Database',
  'Credential',
  'Backup',
  'Token',
  'Grant',
  'Event',
]

type Allow = AbilityBuilder<Ability>['can']

function allowBinding(allow: Allow, binding: Binding): void {
  const { role, scope } = binding
  if (scope.type === 'platform') {
    if (role === 'platform-admin') allow('manage', 'all')
    return
  }
  const actions: Action[] = role === 'workspace-admin' ? ['manage'] : ['read']
  allow(actions, 'Workspace', { id: scope.id })
  for (const name of OF_A_WORKSPACE) allow(actions, name, { workspaceId: scope.id })
}

function build(principal: Principal): Ability {
  const { can, build: finish } = new AbilityBuilder<Ability>(createMongoAbility)
  if (principal.type !== 'anonymous') can('read', 'Region')
  for (const binding of principal.bindings) allowBinding(can, binding)
  return finish()
}

const abilities = new WeakMap<Principal, Ability>()

/** The principal's ability, built once per principal object. */
export function abilityOf(principal: Principal): Ability {
  const known = abilities.get(principal)
  if (known) return known
  const made = build(principal)
  abilities.set(principal, made)
  return made
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
