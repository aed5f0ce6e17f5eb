import type { Conditions, Rule } from '../rules/rule.ts'
import { type Action, IN_WORKSPACE, SCOPE_FIELDS, type SubjectName } from '../rules/subjects.ts'

/** A rule of an API key as it is kept and shown: of one subject, and of one workspace by its last condition. */
export interface StoredRule {
  readonly action: Action | readonly Action[]
  readonly subject: SubjectName | 'all'
  readonly inverted?: boolean
  readonly reason?: string
  readonly conditions?: Conditions
  readonly priority?: number
  /** Has no meaning in an API key; kept since clients send it and expect it back. */
  readonly role?: string | readonly string[]
}

/** All that rules may speak of: credentials that outlive a key are not for keys to hand out. */
export const RULED: readonly SubjectName[] = IN_WORKSPACE.filter(
  (name) => name !== 'tokens' && name !== 'grants',
)

/**
 * The rules as they are evaluated. `all` is all that is inside the key's workspace, never another one's; service tokens
 * and OAuth grants it can only forbid.
 */
export function evaluatedRules(stored: readonly StoredRule[], workspaceId: string): Rule[] {
  return stored.flatMap(({ action, subject, inverted, reason, conditions, priority }) => {
    const subjects = subject !== 'all' ? [subject] : inverted ? IN_WORKSPACE : RULED
    return subjects.map((name) => ({
      action: typeof action === 'string' ? [action] : action,
      subject: [name],
      ...(inverted ? { inverted } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(priority === undefined ? {} : { priority }),
      conditions: { ...conditions, [SCOPE_FIELDS.workspace[name] ?? 'workspaceId']: workspaceId },
    }))
  })
}
