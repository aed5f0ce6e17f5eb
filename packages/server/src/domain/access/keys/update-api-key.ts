import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { type ApiKey, selectApiKeys, toApiKey } from './api-key.ts'
import { normaliseRules } from './normalise-rules.ts'
import type { RuleInput } from './rule-input.ts'
import { lockApiKey, type WhichKey } from './which-key.ts'

/** What is absent stays. Rules are replaced as a whole. */
export interface ApiKeyChanges {
  readonly name?: string | undefined
  readonly rules?: readonly RuleInput[] | undefined
  readonly disabled?: boolean | undefined
}

/**
 * Changes a key; its value stays, and the next request counts by the new rules. Throws `invalid-input`,
 * `rules-invalid`, `workspace-not-found`, `forbidden`, `key-not-found`.
 */
export async function updateApiKey(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  { workspaceId, which, changes }: { workspaceId: string; which: WhichKey; changes: ApiKeyChanges },
): Promise<ApiKey> {
  const name = changes.name === undefined ? undefined : checkName(changes.name)
  const rules = changes.rules && normaliseRules(workspaceId, changes.rules)
  const { disabled } = changes
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  return transact(db, async (tx) => {
    const before = await lockApiKey(tx, workspaceId, which)
    await tx
      .updateTable('access_tokens')
      .set({
        // By this its cached rules are known to be old.
        updated_at: sql<Date>`clock_timestamp()`,
        ...(name === undefined ? {} : { name }),
        ...(rules === undefined ? {} : { rules: JSON.stringify(rules) }),
        ...(disabled === undefined
          ? {}
          : { disabled_at: disabled ? sql<Date>`coalesce(disabled_at, now())` : null }),
      })
      .where('id', '=', before.id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'apikeys.updated',
      subjectType: 'apikey',
      subjectId: before.id,
      before: { name: before.name, rules: before.rules, disabled: before.disabled_at !== null },
      after: {
        name: name ?? before.name,
        rules: rules ?? before.rules,
        disabled: disabled ?? before.disabled_at !== null,
      },
    })
    const row = await selectApiKeys(tx).where('id', '=', before.id).executeTakeFirstOrThrow()
    return toApiKey(sealer, row)
  })
}
