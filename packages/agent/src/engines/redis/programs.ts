import type { PackageSet } from '../debian/package-set.ts'

/** Debian 12's version is the one that is tested. 7.0 brought the append-only directory that this engine builds on. */
export const redisPackages: PackageSet = {
  name: 'redis',
  title: 'Redis',
  packages: ['redis-server'],
  programs: ['redis-server', 'redis-check-aof'],
  supported: /^(7|8)\.\d+$/,
  usualVersion: '7.0',
  // A newer server reads what an older one wrote, never the other way round.
  serves: (version, here) => here.filter((one) => compare(one, version) >= 0).sort((a, b) => compare(a, b)),
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
