import { createHash, timingSafeEqual } from 'node:crypto'

/** A SHA-256 in base64url, which is what S256 challenges are (RFC 7636, 4.2). */
export function isChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** Whether the verifier is well-formed (RFC 7636, 4.1) and the one that the S256 challenge was made from. */
export function verifies(verifier: string, challenge: string): boolean {
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false
  const made = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  const wanted = Buffer.from(challenge)
  return made.length === wanted.length && timingSafeEqual(made, wanted)
}
