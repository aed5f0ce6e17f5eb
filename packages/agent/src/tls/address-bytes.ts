import { isIPv4 } from 'node:net'

/** The 4 or 16 bytes of a valid IP address. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  // URL writes every form of an IPv6 address as lower-case groups, an embedded IPv4 address included.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0000')
  return Buffer.from([...before, ...zeros, ...after].join(''), 'hex')
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0'))
}
