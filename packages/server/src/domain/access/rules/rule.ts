import type { Action, SubjectName } from './subjects.ts'

/** What may be compared with; `null` and plain objects would never match and are refused. */
export type Conditions = Readonly<Record<string, unknown>>

/** One sentence of a policy. */
export interface Rule {
  readonly action: readonly Action[]
  readonly subject: readonly (SubjectName | 'all')[]
  /** Forbids instead of allowing. */
  readonly inverted?: boolean
  /** Told to who is refused by this rule. Of rules that allow it is never used. */
  readonly reason?: string
  readonly conditions?: Conditions
  /** Larger wins; 0 or none puts the rule below all that have one. From 1000 on it is the platform's own. */
  readonly priority?: number
}

/** Rules that were loaded together, e.g. those of one API key. `version` changes whenever they do. */
export interface RuleSet {
  readonly version: string
  readonly rules: readonly Rule[]
}

/** The priority of what nobody can take away, and below which all that users write stays. */
export const PLATFORM_PRIORITY = 1999
export const PRIORITY_LIMIT = 1000
