import type pg from 'pg'
import type { Db } from '../../../platform/db/connect.ts'
import { hasVariables, injectVariables, type Variables } from '../rules/inject-variables.ts'
import { createRecent } from '../rules/recent.ts'
import type { Rule, RuleSet } from '../rules/rule.ts'
import { hashToken } from '../token-hash.ts'
import { evaluatedRules, type StoredRule } from './stored-rule.ts'

/** An API key that is alive. */
export interface FoundKey {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  readonly lastUsedAt: Date | null
  /** The version of its workspace's own security, if that has one. */
  readonly security: string | null
  /** Its rules for a caller, whose name may stand in them. */
  ruleSet(variables: Variables): RuleSet
}

interface Row {
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly last_used_at: Date | null
  readonly version: string
  readonly security: string | null
}

interface Loaded {
  readonly rules: readonly Rule[]
  readonly personal: boolean
}

const LONGEST_KEY = 255
/** Characters of rules. */
const MOST_KEPT = 16_000_000

/**
 * Looks API keys up by their hash; undefined for one that is unknown, deleted or switched off. Which version of its
 * rules counts is asked at every request, the rules themselves are read and parsed once a version.
 */
export function createFindApiKey(db: Db, pool: Pick<pg.Pool, 'query'>) {
  const loaded = createRecent<Loaded>(MOST_KEPT)

  async function load({ id, workspace_id, version }: Row): Promise<Loaded> {
    const key = `${id} ${version}`
    const known = loaded.get(key)
    if (known) return known
    const row = await db.selectFrom('access_tokens').select('rules').where('id', '=', id).executeTakeFirst()
    const rules = evaluatedRules((row?.rules ?? []) as readonly StoredRule[], workspace_id)
    const made = { rules, personal: hasVariables(rules) }
    loaded.keep(key, made, JSON.stringify(rules).length)
    return made
  }

  return async (value: string): Promise<FoundKey | undefined> => {
    if (value.length > LONGEST_KEY) return undefined
    const { rows } = await pool.query<Row>({
      name: 'croft-find-api-key',
      text: `select id, workspace_id, name, last_used_at, updated_at::text as version,
          (select security.updated_at::text from workspace_security security
            where security.workspace_id = access_tokens.workspace_id and security.authorizations is not null) as security
        from access_tokens
        where token_hash = $1 and kind = 'api-key' and revoked_at is null and disabled_at is null`,
      values: [hashToken(value)],
    })
    const [row] = rows
    if (!row) return undefined
    const { rules, personal } = await load(row)
    return {
      id: row.id,
      workspaceId: row.workspace_id,
      name: row.name,
      lastUsedAt: row.last_used_at,
      security: row.security,
      ruleSet: (variables) => ({
        version: `${row.id} ${row.version}${personal ? ` ${JSON.stringify(variables)}` : ''}`,
        rules: personal ? injectVariables(rules, variables) : rules,
      }),
    }
  }
}
export type FindApiKey = ReturnType<typeof createFindApiKey>
