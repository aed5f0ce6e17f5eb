import type { Role } from '@croft/protocol'
import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { ownUsers, tenantRules } from './access.ts'
import { parseUsers } from './acl-file.ts'
import type { Management } from './management.ts'
import { pastScripts } from './past-scripts.ts'
import type { ServerLog } from './server-log.ts'

/** Makes Redis' users exactly the roles, beside its own, and has them outlive it. Throws `AgentFault`. */
export type ApplyRoles = (roles: readonly Role[]) => Promise<void>

/** `kill` ends the server, when a script that cannot be ended otherwise stands in the way. */
export function createApplyRoles(
  management: Management,
  log: ServerLog,
  kill: () => Promise<void>,
): ApplyRoles {
  const { command } = pastScripts(management, kill)
  // Users that have changed while their sessions could not be ended: `ACL LIST` does not know of them.
  const unended = new Set<string>()
  return async (roles) => {
    const wrong = roles.find(({ name, verifier }) => !fits(name) || !/^[0-9a-f]{64}$/.test(verifier))
    if (wrong)
      throw new AgentFault('internal', `Redis cannot have a user ${JSON.stringify(wrong.name)} like this.`)
    const lines = await command('ACL', 'LIST')
    const before = parseUsers(Array.isArray(lines) ? lines.map(String) : [])
    const wanted = new Map(roles.map(({ name, verifier }) => [name, verifier]))
    const gone = [...before.keys()].filter((name) => !wanted.has(name))
    for (const [name, verifier] of wanted) {
      if (before.get(name) === verifier) continue
      unended.add(name)
      await command('ACL', 'SETUSER', name, ...tenantRules(verifier))
    }
    for (const name of unended) {
      // Sessions stay logged in through a change of the password.
      if (wanted.has(name)) await command('CLIENT', 'KILL', 'USER', name)
      unended.delete(name)
    }
    // This ends their sessions too.
    if (gone.length > 0) await command('ACL', 'DELUSER', ...gone)
    // Always: an earlier call may have failed between the change and this.
    try {
      await command('ACL', 'SAVE')
    } catch (error) {
      if (log.tail().some(({ text }) => saysDiskFull(text))) throw diskFull(error)
      throw error
    }
  }
}

/** What Redis takes as a user's name, and the file of users as one word. */
function fits(name: string): boolean {
  return /^[^\s\0]{1,512}$/.test(name) && !ownUsers.includes(name)
}
