import { randomUUID } from 'node:crypto'
import { type Db, transact } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { hashToken } from '../token-hash.ts'
import { type ApiKey, keyNotFound, selectApiKeys, toApiKey, valueContext } from './api-key.ts'
import { normaliseRules } from './normalise-rules.ts'
import type { RuleInput } from './rule-input.ts'

export interface NewApiKey {
  readonly workspaceId: string
  readonly name: string
  readonly rules: readonly RuleInput[]
}

/**
 * Makes a key with a random UUID as value. Whoever may do this can give the key more than it may do itself: that is
 * what `manage_permissions` means. Throws `invalid-input`, `rules-invalid`, `workspace-not-found`, `forbidden`.
 */
export async function createApiKey(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  input: NewApiKey,
): Promise<ApiKey> {
  const { workspaceId } = input
  const name = checkName(input.name)
  const rules = normaliseRules(workspaceId, input.rules)
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')

  const { resourceId: id = newId() } = call
  const value = randomUUID()
  const secret = {
    token_hash: hashToken(value),
    hint: value.slice(-4),
    sealed: sealer.seal(value, valueContext(id)),
  }
  return transact(db, async (tx) => {
    const inserted = await tx
      .insertInto('access_tokens')
      .values({
        id,
        kind: 'api-key',
        ...secret,
        name,
        workspace_id: workspaceId,
        rules: JSON.stringify(rules),
      })
      // Made by an earlier try whose answer was lost: its value is nobody's, and this one takes its place.
      .onConflict((made) =>
        made
          .column('id')
          .doUpdateSet(secret)
          .where('access_tokens.kind', '=', 'api-key')
          .where('access_tokens.workspace_id', '=', workspaceId)
          .where('access_tokens.revoked_at', 'is', null),
      )
      .returning('id')
      .executeTakeFirst()
    if (!inserted) throw keyNotFound()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'apikeys.created',
      subjectType: 'apikey',
      subjectId: id,
      after: { name, rules },
    })
    const row = await selectApiKeys(tx).where('id', '=', id).executeTakeFirstOrThrow()
    return toApiKey(sealer, row)
  })
}
