export type IdentityKind = 'identity' | 'key-pair'

/**
 * A program that logs in by itself and holds roles like a user. An `identity` has a client id and a secret; a
 * `key-pair` a public and a private key, as the clients of App Services have them.
 */
export interface ServiceIdentity {
  readonly id: string
  readonly organizationId: string
  readonly kind: IdentityKind
  readonly name: string
  readonly description: string | null
  /** The client id, or the public key. */
  readonly clientId: string
  readonly enabled: boolean
  /** 1 at first, one more with each that takes its place. */
  readonly secretGeneration: number
  readonly secretChangedAt: Date
  /** The user who made it, if it was one. */
  readonly createdBy: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** True to the minute. */
  readonly lastUsedAt: Date | null
}

/** Right after its secret was made; it is not shown again. */
export type IdentityWithSecret = ServiceIdentity & {
  /** The client secret, or the private key. */
  readonly secret: string
}
