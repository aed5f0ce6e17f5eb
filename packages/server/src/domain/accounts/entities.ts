/** A workspace, as the API of Portworx has it. */
export interface Tenant {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly createdAt: Date
}

export interface AccountProject {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Somebody who logs in. */
export interface AccountUser {
  readonly id: string
  readonly email: string
  /** The provider that this user logs in at, and what it calls the user there; null for users of Croft's own. */
  readonly login: { readonly issuer: string; readonly subject: string } | null
  readonly createdAt: Date
}

/** Whose credential a request came with. */
export type Actor =
  | { readonly type: 'user'; readonly id: string; readonly email: string; readonly createdAt: Date }
  | {
      readonly type: 'service-account'
      readonly id: string
      readonly name: string
      readonly workspaceId: string
      readonly createdAt: Date
      readonly updatedAt: Date
    }
  | {
      readonly type: 'service-identity'
      readonly id: string
      readonly name: string
      readonly organizationId: string
      readonly createdAt: Date
      readonly updatedAt: Date
    }
