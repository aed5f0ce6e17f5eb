import { BlockList, isIPv4, isIPv6 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * The sslmode of a printed connection string. Bytes to loopback do not leave the machine, so there it is
 * `disable`: node-postgres takes `require` for `verify-full` and would refuse a certificate of our own CA.
 */
export function sslmodeFor(host: string): 'disable' | 'require' {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return 'disable'
  const local =
    (isIPv4(name) && loopback.check(name, 'ipv4')) || (isIPv6(name) && loopback.check(name, 'ipv6'))
  return local ? 'disable' : 'require'
}
