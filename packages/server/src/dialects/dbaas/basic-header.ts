export interface BasicLogin {
  readonly user: string
  readonly password: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(credentials: string): string | null {
  if (!/^[\w+/-]+={0,2}$/.test(credentials)) return null
  const bytes = Buffer.from(credentials, 'base64')
  try {
    return utf8.decode(bytes)
  } catch {
    // What clients of that time sent.
    return bytes.toString('latin1')
  }
}

/**
 * The user and password of an `Authorization` header; null for none, or one of another scheme. What is wrong with it in
 * the original's words.
 */
export function readBasicHeader(header: string | undefined): BasicLogin | { readonly fault: string } | null {
  const [scheme = '', credentials, ...rest] = header?.trim().split(/\s+/) ?? []
  if (scheme.toLowerCase() !== 'basic') return null
  if (credentials === undefined) return { fault: 'Invalid basic header. No credentials provided.' }
  if (rest.length > 0) return { fault: 'Invalid basic header. Credentials string should not contain spaces.' }
  const text = decode(credentials)
  if (text === null) return { fault: 'Invalid basic header. Credentials not correctly base64 encoded' }
  const colon = text.indexOf(':')
  return colon < 0
    ? { user: text, password: '' }
    : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
