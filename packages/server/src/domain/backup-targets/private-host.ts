import { isIP } from 'node:net'
import { isPrivateAddress } from '@croft/protocol'

/**
 * Whether the host of a URL names something inside a private network by itself: an address, `localhost`, or a name that
 * only such networks know. What a public name leads to is known only to the agent, when it connects.
 */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(host) !== 0) return isPrivateAddress(host)
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/i.test(host)
}
