import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunAs } from '../../host/run-as.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import { agentUser, ownUsers, tenantRights } from './access.ts'

/** Redis' users, in the data directory so that they outlive the server. */
const fileName = 'users.acl'

export function aclFileOf(directory: string): string {
  return join(directory, fileName)
}

/** Users and their passwords' hashes in lines as `ACL LIST` gives them and the file holds them, without our own. */
export function parseUsers(lines: readonly string[]): Map<string, string> {
  const users = new Map<string, string>()
  for (const line of lines) {
    const [, name, rules] = /^user (\S+) (.*)$/.exec(line.trim()) ?? []
    if (name === undefined || rules === undefined || ownUsers.includes(name)) continue
    const words = rules.split(' ')
    const hash = words.find((word) => /^#[0-9a-f]{64}$/.test(word))
    users.set(name, hash && words.includes('on') ? hash.slice(1) : '')
  }
  return users
}

/**
 * Writes the users a server starts with: those it had, the agent with a new password, and nobody without a name.
 * Rights are written anew, so they are what this version of Croft gives whatever was in the file.
 */
export async function writeAclFile(directory: string, agentHash: string, owner: RunAs | null): Promise<void> {
  const path = aclFileOf(directory)
  const before = parseUsers((await readFile(path, 'utf8').catch(() => '')).split('\n'))
  const lines = [
    'user default reset off',
    `user ${agentUser} reset on #${agentHash} ~* &* +@all`,
    ...[...before]
      .filter(([, hash]) => hash !== '')
      .map(([name, hash]) => `user ${name} on #${hash} ${tenantRights.join(' ')}`),
  ]
  await writeOwnedFile(path, `${lines.join('\n')}\n`, owner)
}
