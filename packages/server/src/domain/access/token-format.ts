import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What our opaque secrets begin with, by what they are; `docs/reference/tokens.md` tells scanners of them. */
export const TOKEN_PREFIXES = {
  /** Acts as its user, everywhere. */
  user: 'croft_user_',
  /** A user's own API key. */
  userKey: 'croft_key_',
  /** What a service identity or a key pair gets for its secret. */
  identity: 'croft_identity_',
  /** Of an OAuth application or a service identity. */
  clientSecret: 'croft_secret_',
  refresh: 'croft_refresh_',
  code: 'croft_code_',
  session: 'croft_session_',
  invitation: 'croft_invitation_',
  passwordReset: 'croft_reset_',
  /** Of a login that begins at another provider. */
  state: 'croft_state_',
} as const
export type TokenPrefix = (typeof TOKEN_PREFIXES)[keyof typeof TOKEN_PREFIXES]

/** Those that a request may carry as its bearer. */
const BEARERS: readonly TokenPrefix[] = [TOKEN_PREFIXES.user, TOKEN_PREFIXES.userKey, TOKEN_PREFIXES.identity]

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 > 2^256, and 62^6 > 2^32. */
const RANDOM_DIGITS = 43
const CHECKSUM_DIGITS = 6

function base62(value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text
  return text
}

const checksumOf = (text: string) => base62(BigInt(crc32(text)), CHECKSUM_DIGITS)

/**
 * A new opaque secret, `prefix` + 256 random bits + CRC-32 of both, in base 62: no character of it ends a word, so
 * that a double click takes all of it, and a scanner knows one that leaked without asking us.
 */
export function newToken(prefix: TokenPrefix): string {
  const body = prefix + base62(BigInt(`0x${randomBytes(32).toString('hex')}`), RANDOM_DIGITS)
  return body + checksumOf(body)
}

/** Which of our opaque secrets a text is by its form and its checksum; undefined when it is none. */
export function tokenPrefixOf(text: string): TokenPrefix | undefined {
  const [, prefix = ''] = /^([a-z]+_[a-z]+_)[0-9A-Za-z]{49}$/.exec(text) ?? []
  const known = Object.values(TOKEN_PREFIXES).find((one) => one === prefix)
  if (known === undefined) return undefined
  return checksumOf(text.slice(0, -CHECKSUM_DIGITS)) === text.slice(-CHECKSUM_DIGITS) ? known : undefined
}

const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Whether a bearer can be one of ours: an opaque token with its checksum, a JWT, or an API key with rules, which is
 * a UUID. What is none of these needs no look into the database.
 */
export function mayBeBearer(text: string): boolean {
  const prefix = tokenPrefixOf(text)
  if (prefix !== undefined) return BEARERS.includes(prefix)
  return JWT.test(text) || UUID.test(text)
}
