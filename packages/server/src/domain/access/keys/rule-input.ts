import type { Conditions } from '../rules/rule.ts'

/** A rule as clients send it: of one or several actions and subjects, checked for form only. */
export interface RuleInput {
  readonly action: string | readonly string[]
  readonly subject: string | readonly string[]
  readonly role?: string | readonly string[] | undefined
  readonly inverted?: boolean | undefined
  readonly reason?: string | undefined
  readonly conditions?: Conditions | undefined
  readonly priority?: number | undefined
}
