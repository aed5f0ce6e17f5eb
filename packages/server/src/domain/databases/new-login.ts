import { randomInt } from 'node:crypto'
import { engineOf } from '../engines/index.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LOWER = `${LETTERS}0123456789`
const ALL = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`
/** DBaaS' own: what people do not take for one another. */
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LEGIBLE_LENGTH = 10

function random(alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}

export interface NewPassword {
  readonly password: string
  /** As the engine stores it. */
  readonly verifier: string
}

/**
 * `long` is `sk_` and 32 characters (190 bits), as Prisma's look. `short` is the ten characters (57 bits) that DBaaS
 * promises its clients. No character of either needs escaping in a URL.
 */
export type PasswordStyle = 'long' | 'short'

/** Takes a millisecond or two, which no lock should be held for. */
export async function newPassword(engine: string, style: PasswordStyle = 'long'): Promise<NewPassword> {
  const password = style === 'long' ? `sk_${random(ALL, 32)}` : random(LEGIBLE, LEGIBLE_LENGTH)
  return { password, verifier: await engineOf(engine).verifierOf(password) }
}

/**
 * The style of a password, for the one that follows it: whoever was given a short one has places to put it that were
 * made for it, and a longer one would break them. A short one's verifier can be guessed from in days, but it is in no
 * more places than the data that it guards: the control plane's database, and the memory and disk of the host.
 */
export const styleOf = (password: string): PasswordStyle =>
  password.length === LEGIBLE_LENGTH ? 'short' : 'long'

/** A login name no other database on the platform has; it needs no quoting in SQL. */
export function newRoleName(): string {
  return random(LETTERS, 1) + random(LOWER, 23)
}
