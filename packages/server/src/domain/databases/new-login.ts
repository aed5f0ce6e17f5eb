import { randomInt } from 'node:crypto'
import { scramVerifier } from './scram.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LOWER = `${LETTERS}0123456789`
const ALL = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`

function random(alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}

export interface NewPassword {
  readonly password: string
  readonly verifier: string
}

/** `sk_` and 32 characters (190 bits), as Prisma's look; only characters that need no escaping in a URL. */
export async function newPassword(): Promise<NewPassword> {
  const password = `sk_${random(ALL, 32)}`
  return { password, verifier: await scramVerifier(password) }
}

/** A login name no other database on the platform has; it needs no quoting in SQL. */
export function newRoleName(): string {
  return random(LETTERS, 1) + random(LOWER, 23)
}
