import { statfs } from 'node:fs/promises'
import { AgentFault } from '../fault.ts'

/**
 * Throws `disk-full` when the disk of `directory` has no room for so many bytes. Asked before a copy, which would
 * else fill the disk for every other database before it fails.
 */
export async function checkRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  if (bytes <= free) return
  throw new AgentFault(
    'disk-full',
    `The copy needs ${inMegabytes(bytes)} and the disk of this host has ${inMegabytes(free)} free; free space and try again.`,
  )
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
