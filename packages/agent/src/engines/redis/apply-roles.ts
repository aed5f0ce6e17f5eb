import type { Role } from '@croft/protocol'
import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { ownUsers, tenantRules } from './access.ts'
import { parseUsers } from './acl-file.ts'
import type { Management } from './management.ts'
import type { ServerLog } from './server-log.ts'

/** Makes Redis' users exactly the roles, beside its own, and has them outlive it. Throws `AgentFault`. */
export async function applyRoles(
  management: Management,
  log: ServerLog,
  roles: readonly Role[],
): Promise<void> {
  const wrong = roles.find(({ name, verifier }) => !fits(name) || !/^[0-9a-f]{64}$/.test(verifier))
  if (wrong)
    throw new AgentFault('internal', `Redis cannot have a user ${JSON.stringify(wrong.name)} like this.`)
  const lines = await management.command('ACL', 'LIST')
  const before = parseUsers(Array.isArray(lines) ? lines.map(String) : [])
  const wanted = new Map(roles.map(({ name, verifier }) => [name, verifier]))
  const gone = [...before.keys()].filter((name) => !wanted.has(name))
  const changed = [...wanted].filter(([name, verifier]) => before.get(name) !== verifier)
  for (const [name, verifier] of changed) {
    await management.command('ACL', 'SETUSER', name, ...tenantRules(verifier))
    // Sessions stay logged in through a change of the password.
    await management.command('CLIENT', 'KILL', 'USER', name)
  }
  // This ends their sessions too.
  if (gone.length > 0) await management.command('ACL', 'DELUSER', ...gone)
  // Always: an earlier call may have failed between the change and this.
  try {
    await management.command('ACL', 'SAVE')
  } catch (error) {
    if (log.tail().some(({ text }) => saysDiskFull(text))) throw diskFull(error)
    throw error
  }
}

/** What Redis takes as a user's name, and the file of users as one word. */
function fits(name: string): boolean {
  return /^[^\s\0]{1,512}$/.test(name) && !ownUsers.includes(name)
}
