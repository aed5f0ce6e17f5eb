import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RunAs } from './run-as.ts'

/** A permission as in a mode's last digit. */
export type Access = 'read' | 'traverse'
const bits = { read: 0o4, traverse: 0o1 }

/**
 * Whether another user may traverse every directory down to `path` and has `access` to it. Judged by owner,
 * group and mode; servers are started without supplementary groups, so the primary group is the only one.
 */
export async function canReach(path: string, user: RunAs, access: Access): Promise<boolean> {
  let at: string
  try {
    at = await realpath(path)
  } catch {
    return false
  }
  if (!(await allows(at, user, bits[access]))) return false
  while (at !== dirname(at)) {
    at = dirname(at)
    if (!(await allows(at, user, bits.traverse))) return false
  }
  return true
}

async function allows(path: string, user: RunAs, bit: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
  return ((mode >> shift) & bit) !== 0
}
