import type { RoleName } from './roles.ts'
import type { Level } from './subjects.ts'

export type Scope =
  | { readonly type: 'platform' }
  /** Reaches the workspaces of the organization, those that it gets later too. */
  | { readonly type: 'organization'; readonly id: string; readonly workspaceIds: readonly string[] }
  | { readonly type: Exclude<Level, 'platform' | 'organization'>; readonly id: string }

/** A role, held somewhere. */
export interface Binding {
  readonly role: RoleName
  readonly scope: Scope
}
