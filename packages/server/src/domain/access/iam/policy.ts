import { CroftError } from '../../../platform/errors/index.ts'
import type { HolderRef } from '../bindings/entities.ts'
import type { ScopeRef } from '../bindings/place.ts'
import type { RoleName } from '../rules/roles.ts'
import { checkLevel } from './check-level.ts'

/** The levels of an access policy, from the widest to the narrowest. */
export const POLICY_LEVELS = ['platform', 'organization', 'workspace', 'project', 'namespace'] as const
export type PolicyLevel = (typeof POLICY_LEVELS)[number]
export const isPolicyLevel = (level: string): level is PolicyLevel =>
  (POLICY_LEVELS as readonly string[]).includes(level)

/** A role and where it is held; roles of the platform and of the organization name no place. */
export interface PolicyRole {
  readonly role: string
  readonly scopeIds: readonly string[]
}

/** By level. One that is not there was not spoken of, which is not the same as an empty one. */
export type Policy = Readonly<Partial<Record<PolicyLevel, readonly PolicyRole[]>>>

/** All that an actor may do in one organization. */
export interface IamRecord {
  readonly organizationId: string
  readonly actor: HolderRef
  readonly policy: Policy
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface WantedRole {
  readonly role: RoleName
  readonly scope: ScopeRef
}

export const keyOf = ({ role, scope }: { readonly role: string; readonly scope: ScopeRef }): string =>
  `${role} ${scope.type} ${scope.id?.toLowerCase() ?? ''}`

/** Every role that a policy gives, once. Throws `not-applicable` for an empty policy and a role of another level. */
export function rolesOf(policy: Policy, organizationId: string): readonly WantedRole[] {
  const wanted = new Map<string, WantedRole>()
  for (const level of POLICY_LEVELS) {
    for (const { role: name, scopeIds } of policy[level] ?? []) {
      const role = checkLevel(name, level)
      for (const id of idsAt(level, scopeIds, organizationId)) {
        const each = { role, scope: { type: level, id } }
        wanted.set(keyOf(each), each)
      }
    }
  }
  if (wanted.size > 0) return [...wanted.values()]
  throw new CroftError('not-applicable', 'The policy gives no role.', {
    hint: 'To take every role away, delete the record.',
  })
}

function idsAt(
  level: PolicyLevel,
  scopeIds: readonly string[],
  organizationId: string,
): readonly (string | null)[] {
  if (level === 'platform') return [null]
  if (level === 'organization') return [organizationId]
  if (scopeIds.length > 0) return scopeIds.map((id) => id.toLowerCase())
  throw new CroftError('not-applicable', 'A role needs the ids of what it is held at.')
}
