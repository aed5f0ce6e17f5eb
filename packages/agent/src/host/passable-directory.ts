import { chmod, mkdir } from 'node:fs/promises'

/**
 * Makes a directory that every user may pass through and only its owner may list or change: servers run as
 * another user and have directories of their own inside. Whatever the umask is.
 */
export async function makePassable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o711)
}
