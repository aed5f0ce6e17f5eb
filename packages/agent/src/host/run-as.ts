import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AgentFault } from '../fault.ts'

/** The unprivileged system user that database servers run as when the agent is root. */
export interface RunAs {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const run = promisify(execFile)

/**
 * PostgreSQL refuses to run as root. Gives the named user when it exists, else `postgres`, else `nobody`;
 * null when this process is not root, for then servers run as the same user. Throws `AgentFault`.
 */
export async function findRunAs(name: string | undefined): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null
  if (name !== undefined) {
    const user = await lookUp(name)
    if (!user) throw new AgentFault('internal', `CROFT_RUN_AS=${name}: there is no such system user.`)
    if (user.uid === 0) {
      throw new AgentFault('internal', `CROFT_RUN_AS=${name}: database servers refuse to run as root.`)
    }
    return user
  }
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'))
  if (!user) {
    throw new AgentFault(
      'internal',
      'Database servers refuse to run as root, and this host has neither a user "postgres" nor "nobody"; ' +
        'name an unprivileged one in CROFT_RUN_AS.',
    )
  }
  return user
}

/** `id` rather than /etc/passwd: it also knows users of a directory service, and those of macOS. */
async function lookUp(name: string): Promise<RunAs | undefined> {
  if (!/^[A-Za-z_][\w.@-]*\$?$/.test(name)) return undefined
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

/** Spawn options that make a child run as this user; Node drops the supplementary groups of root with it. */
export function asUser(user: RunAs | null): { uid: number; gid: number } | Record<string, never> {
  return user ? { uid: user.uid, gid: user.gid } : {}
}
