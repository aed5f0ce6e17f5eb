import type { RuleInput } from '../keys/rule-input.ts'

/** What a workspace's own security says, as it was put. */
export interface WorkspaceSecurity {
  readonly authorizations?: {
    readonly roles?: Readonly<Record<string, CustomRole>>
    readonly rules?: readonly RuleInput[]
  }
  readonly authentication?: { readonly clientId?: string }
}

export interface CustomRole {
  readonly description?: string
  /** How one gets it in the original; kept and shown, and without effect here. */
  readonly auth?: Readonly<Record<string, unknown>>
}

/** Of everybody, known or not. */
export const DEFAULT_ROLE = 'default'
/** Prisme.ai's names of our built-in roles of a workspace. */
export const OWNER = 'owner'
export const EDITOR = 'editor'
