import type { Executor } from '../../../platform/db/connect.ts'
import type { Binding } from '../rules/binding.ts'
import { hasVariables, injectVariables, type Variables } from '../rules/inject-variables.ts'
import { createRecent } from '../rules/recent.ts'
import type { RuleSet } from '../rules/rule.ts'
import { compileSecurity, type SecurityRule } from './compile-security.ts'
import { DEFAULT_ROLE, EDITOR, type WorkspaceSecurity } from './security.ts'
import type { SecurityRef } from './security-refs.ts'

/** Characters of rules. */
const MOST_KEPT = 16_000_000
/** Rules by workspace and version; ids are unique everywhere, so one cache serves every database. */
const kept = createRecent<readonly SecurityRule[]>(MOST_KEPT)

async function load(db: Executor, { workspaceId, version }: SecurityRef): Promise<readonly SecurityRule[]> {
  const key = `${workspaceId} ${version}`
  const known = kept.get(key)
  if (known) return known
  const row = await db
    .selectFrom('workspace_security')
    .where('workspace_id', '=', workspaceId)
    .select('authorizations')
    .executeTakeFirst()
  const authorizations = row?.authorizations as WorkspaceSecurity['authorizations'] | null | undefined
  const made = authorizations ? compileSecurity(workspaceId, { authorizations }) : []
  kept.keep(key, made, JSON.stringify(made).length)
  return made
}

function rolesOf({ workspaceId, roles }: SecurityRef, bindings: readonly Binding[]): string[] {
  const isEditor = bindings.some(
    ({ role, scope }) =>
      role === 'workspace-editor' && scope.type === 'workspace' && scope.id === workspaceId,
  )
  return [DEFAULT_ROLE, ...(isEditor ? [EDITOR] : []), ...roles]
}

/** What the workspaces that a caller comes to say of it by their own security. */
export async function securityRuleSets(
  db: Executor,
  refs: readonly SecurityRef[],
  { bindings, variables }: { bindings: readonly Binding[]; variables: Variables },
): Promise<RuleSet[]> {
  return Promise.all(
    refs.map(async (ref) => {
      const held = rolesOf(ref, bindings)
      const mine = (await load(db, ref)).filter(({ roles }) => roles.some((role) => held.includes(role)))
      const rules = mine.map(({ rule }) => rule)
      const personal = hasVariables(rules)
      return {
        version: `security ${ref.workspaceId} ${ref.version} ${JSON.stringify([held, personal && variables])}`,
        rules: personal ? injectVariables(rules, variables) : rules,
      }
    }),
  )
}
