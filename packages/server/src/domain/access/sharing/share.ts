import { EDITOR, OWNER } from '../security/security.ts'

/** What one user may do in a workspace, in the words of Prisme.ai's API. */
export interface Share {
  readonly userId: string
  readonly displayName: string
  /** `owner`, `editor` or one of the workspace's own. */
  readonly role?: string
  readonly policies?: Readonly<Record<string, boolean>>
}

/** The built-in roles of a workspace under the names that they have there. */
export const ROLE_OF = { [OWNER]: 'workspace-admin', [EDITOR]: 'workspace-editor' } as const
/** Holders of this one have no role there, but a policy. */
export const READER = 'workspace-reader'
export const SHARED_ROLES = [...Object.values(ROLE_OF), READER] as const
