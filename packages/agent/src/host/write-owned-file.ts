import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { RunAs } from './run-as.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants

/**
 * Replaces a small file whole, mode 0600. A link of that name is replaced, never followed: the directory may
 * belong to the less privileged user that `owner` is, and this process may be root. Not synced.
 */
export async function writeOwnedFile(
  path: string,
  text: string,
  owner: Pick<RunAs, 'uid' | 'gid'> | null,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600)
  try {
    await file.writeFile(text)
    if (owner) await file.chown(owner.uid, owner.gid)
  } catch (error) {
    await file.close()
    await rm(temporary, { force: true })
    throw error
  }
  await file.close()
  await rename(temporary, path)
}
