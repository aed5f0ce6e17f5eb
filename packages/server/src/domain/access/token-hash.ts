import { createHash } from 'node:crypto'

export { newToken } from './token-format.ts'

/**
 * What the database keeps of a secret that we made. Plain SHA-256 is enough since our secrets hold 256 random
 * bits; passwords, which people choose, go through argon2 instead.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
