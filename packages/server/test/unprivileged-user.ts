import { readFileSync } from 'node:fs'

/** Whom to run PostgreSQL as: it refuses root. Empty when we are somebody else already. */
export function unprivilegedUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('tests run as root need the system user "nobody"')
  return { uid: Number(uid), gid: Number(gid) }
}
