import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentFault } from '../../fault.ts'
import type { Programs as FoundPrograms, PackageSet } from '../debian/package-set.ts'

/** Debian 12's version is the one that is tested. */
export const mariadbPackages: PackageSet = {
  name: 'mariadb',
  title: 'MariaDB',
  packages: ['mariadb-server-core', 'mariadb-backup'],
  programs: ['mariadbd', 'mariadb-backup', 'mbstream'],
  supported: /^(10\.11|11\.\d+)$/,
  usualVersion: '10.11',
}

/** The programs of one version, with the files they need. */
export interface Programs {
  readonly exact: string
  readonly mariadbd: string
  readonly backup: string
  readonly stream: string
  /** Messages, character sets, and the statements that make the system tables. */
  readonly share: string
  readonly plugins: string
  readonly systemTables: string
  readonly env: Readonly<Record<string, string>>
}

/** By version: 11 has renamed it. */
const systemTables = ['mysql_system_tables.sql', 'mariadb_system_tables.sql']
const shares = ['usr/share/mysql', 'usr/share/mariadb', 'usr/local/share/mysql']

/** Adds the files that the programs were not built to find where they are. Throws `AgentFault`. */
export async function completePrograms(found: FoundPrograms): Promise<Programs> {
  const { exact, env, root } = found
  for (const share of shares.map((path) => join(root || '/', path))) {
    for (const name of systemTables) {
      const path = join(share, name)
      if (!(await isThere(path))) continue
      return {
        ...{ exact, env, share, systemTables: path },
        mariadbd: found.path('mariadbd'),
        backup: found.path('mariadb-backup'),
        stream: found.path('mbstream'),
        plugins: join(root || '/', 'usr/lib/mysql/plugin'),
      }
    }
  }
  throw new AgentFault(
    'engine-not-installed',
    `MariaDB ${exact} of this host lacks ${systemTables[0]}; \`croft engine install mariadb\` brings a whole one.`,
  )
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
