import { createHash, randomBytes } from 'node:crypto'

/**
 * What the database keeps of a secret that we made. Plain SHA-256 is enough since our secrets hold 256 random
 * bits; passwords, which people choose, go through argon2 instead.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** A new opaque secret: 256 random bits after a prefix by which leaked ones are recognized. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url')
}
