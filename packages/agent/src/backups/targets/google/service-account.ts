import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { unreachable } from '../s3/s3-fault.ts'

/** What the JSON document of a service account's key says. */
export interface ServiceAccount {
  readonly email: string
  readonly keyId: string
  readonly key: KeyObject
  readonly tokenUri: URL
}

const TOKEN_URI = 'https://oauth2.googleapis.com/token'
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write'
const LIFE_SECONDS = 3600

function wrong(what: string, cause?: unknown): Error {
  return unreachable(`The JSON key ${what}; give the whole document that Google made for the key.`, cause)
}

/**
 * Reads a service account's key. Its tokens come over https, but for targets that may be inside a private network.
 * Throws `AgentFault` `target-unreachable`.
 */
export function readServiceAccount(
  jsonKey: string,
  { allowPrivate }: { allowPrivate: boolean },
): ServiceAccount {
  let parsed: unknown
  try {
    parsed = JSON.parse(jsonKey)
  } catch (cause) {
    throw wrong('is no JSON document', cause)
  }
  const text = (name: string): string => {
    const value: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : ''
    return typeof value === 'string' ? value : ''
  }
  if (text('client_email') === '') throw wrong('names no service account')
  const uri = text('token_uri') || TOKEN_URI
  const tokenUri = URL.canParse(uri) ? new URL(uri) : null
  if (!tokenUri || !['https:', ...(allowPrivate ? ['http:'] : [])].includes(tokenUri.protocol)) {
    throw wrong('has a token_uri that is no https address')
  }
  try {
    const key = createPrivateKey(text('private_key'))
    if (key.asymmetricKeyType !== 'rsa') throw new TypeError('no RSA key')
    return { email: text('client_email'), keyId: text('private_key_id'), key, tokenUri }
  } catch (cause) {
    throw wrong('has no private key that can be read', cause)
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What is exchanged for an access token: a JWT that the service account signs (RFC 7523). */
export function assertionOf({ email, keyId, key, tokenUri }: ServiceAccount, now = Date.now()): string {
  const iat = Math.floor(now / 1000)
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === '' ? {} : { kid: keyId }) }
  const claims = { iss: email, scope: SCOPE, aud: tokenUri.href, iat, exp: iat + LIFE_SECONDS }
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}
