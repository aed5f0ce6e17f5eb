/**
 * The sources, in a content security policy's words, that a redirect to this address needs. IPv6 addresses
 * cannot be written there, so their scheme stands for them.
 */
export function formTargets(redirectUri: string): string[] {
  const url = new URL(redirectUri)
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  return [web && !url.hostname.startsWith('[') ? url.origin : url.protocol]
}
