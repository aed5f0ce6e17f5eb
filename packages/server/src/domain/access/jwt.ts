import { createHmac, randomBytes } from 'node:crypto'

/**
 * A token in the form of a JWT, for clients that read claims out of it. Nobody verifies its signature: we look
 * a token up by its hash, so that revoking works at once. The key is thrown away therefore: the signature is
 * 256 bits that cannot be guessed, and there is no signing key to keep, to rotate or to lose.
 */
export function mintJwt(claims: Readonly<Record<string, unknown>>): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', randomBytes(32)).update(signed).digest('base64url')}`
}
