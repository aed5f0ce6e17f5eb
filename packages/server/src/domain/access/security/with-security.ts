import type { Executor } from '../../../platform/db/connect.ts'
import type { Principal } from '../principal.ts'
import type { Variables } from '../rules/inject-variables.ts'
import { findSecurityRef, type SecurityRef } from './security-refs.ts'
import { securityRuleSets } from './security-rule-sets.ts'

/** What stands for the caller in the conditions of rules. */
export function variablesOf({ userId, name }: Principal): Variables {
  return userId === null ? {} : { user: { id: userId, email: name } }
}

/** The caller with what these workspaces say of it; that is loaded before the rules of a key. */
export async function withSecurity(
  db: Executor,
  principal: Principal,
  refs: readonly SecurityRef[],
): Promise<Principal> {
  const missing = refs.filter(({ workspaceId }) => !isLoaded(principal, workspaceId))
  if (missing.length === 0) return principal
  const variables = variablesOf(principal)
  const sets = await securityRuleSets(db, missing, { bindings: principal.bindings, variables })
  return { ...principal, ruleSets: [...sets, ...principal.ruleSets] }
}

/** The caller with what one more workspace says of everybody: one that it has no role in. */
export async function withSecurityOf(
  db: Executor,
  principal: Principal,
  workspaceId: string,
): Promise<Principal> {
  if (principal.workspaceId === workspaceId || isLoaded(principal, workspaceId)) return principal
  const ref = await findSecurityRef(db, workspaceId)
  return ref ? withSecurity(db, principal, [ref]) : principal
}

const isLoaded = ({ ruleSets }: Principal, workspaceId: string): boolean =>
  ruleSets.some(({ version }) => version.startsWith(`security ${workspaceId} `))
