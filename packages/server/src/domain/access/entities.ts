export interface ServiceToken {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  /** The last four characters of the token. */
  readonly hint: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

export interface OAuthApplication {
  readonly id: string
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  /** Whether it has a secret; a public one must use PKCE. */
  readonly confidential: boolean
  readonly createdAt: Date
}

/** A user's consent for an application in a workspace. Prisma calls it an integration. */
export interface Grant {
  readonly id: string
  readonly workspaceId: string
  readonly scopes: readonly string[]
  readonly application: { readonly clientId: string; readonly name: string; readonly createdAt: Date }
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string | null }
  readonly createdAt: Date
}
