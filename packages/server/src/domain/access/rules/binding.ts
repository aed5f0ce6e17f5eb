import type { RoleName } from './roles.ts'
import type { Level } from './subjects.ts'

export type Scope =
  | { readonly type: 'platform' }
  /** Reaches the workspaces of the organization, those that it gets later too. */
  | { readonly type: 'organization'; readonly id: string; readonly workspaceIds: readonly string[] }
  /** Shows the deployment target that it is on. */
  | { readonly type: 'namespace'; readonly id: string; readonly deploymentTargetId: string }
  | { readonly type: Exclude<Level, 'platform' | 'organization' | 'namespace'>; readonly id: string }

/** A role, held somewhere. */
export interface Binding {
  readonly role: RoleName
  readonly scope: Scope
}
