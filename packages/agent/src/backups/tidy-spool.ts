import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes what waits in the spool for nobody: all but the backups at these keys. */
export async function tidySpool(directory: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const instanceId of await namesIn(directory)) {
    const backups = await namesIn(join(directory, instanceId))
    const gone = backups.filter((backupId) => !wanted.has(`${instanceId}/${backupId}`))
    for (const backupId of gone) await rm(join(directory, instanceId, backupId), { recursive: true })
    if (gone.length === backups.length) await rm(join(directory, instanceId), { recursive: true })
  }
}

async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}
