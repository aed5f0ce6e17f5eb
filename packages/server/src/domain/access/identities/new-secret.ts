import { randomInt, randomUUID } from 'node:crypto'
import { hashToken, newToken } from '../token-hash.ts'
import type { IdentityKind } from './entities.ts'

export interface NewSecret {
  readonly clientId: string
  readonly secret: string
  readonly hash: Buffer
}

const PUBLIC_KEY_LETTERS = 8

function publicKey(): string {
  return Array.from({ length: PUBLIC_KEY_LETTERS }, () => String.fromCharCode(97 + randomInt(26))).join('')
}

/** What a program logs in with. Key pairs have the form that App Services' clients know. */
export function newSecret(kind: IdentityKind): NewSecret {
  const made =
    kind === 'identity'
      ? { clientId: randomUUID(), secret: newToken('croft_secret_') }
      : { clientId: publicKey(), secret: randomUUID() }
  return { ...made, hash: hashToken(made.secret) }
}
