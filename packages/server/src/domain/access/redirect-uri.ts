/**
 * A native client listens on whatever port is free, so the port of a loopback address says nothing about who
 * listens there (RFC 8252, 7.3). After the authority only `/`, `?` or the end may come: `localhost:1@elsewhere`
 * is a user name, not a host.
 */
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(|[/?][^#]*)$/

/** What remains of a loopback address without its port; null for any other address. */
function withoutPort(uri: string): string | null {
  const [, host, port, rest] = LOOPBACK.exec(uri) ?? []
  if (host === undefined || Number(port ?? 80) > 65535) return null
  return `${host}${rest ?? ''}`
}

/** Whether a request may send the user to `asked`: exactly a registered address, loopback ports aside. */
export function matchesRedirectUri(registered: readonly string[], asked: string): boolean {
  if (registered.includes(asked)) return true
  const bare = withoutPort(asked)
  return bare !== null && registered.some((uri) => withoutPort(uri) === bare)
}

/**
 * What is wrong with an address that someone wants to register, or null. Web addresses are allowed, and schemes
 * of an app's own, which must contain a dot (RFC 8252, 7.1): that also keeps `javascript:` and `data:` out.
 */
export function redirectUriFault(uri: string): string | null {
  if (!URL.canParse(uri) || uri.length > 2000) return 'is not an absolute URL'
  if (!/^[\x21-\x7e]+$/.test(uri)) return 'has characters that a URL must encode'
  const url = new URL(uri)
  if (uri.includes('#')) return 'must not have a fragment'
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    if (!/^https?:\/\//i.test(uri)) return 'must have // after the scheme'
    if (url.username || url.password) return 'must not have a user name'
    return null
  }
  return url.protocol.includes('.')
    ? null
    : 'must start with https://, http:// or a scheme like com.example.app:'
}
