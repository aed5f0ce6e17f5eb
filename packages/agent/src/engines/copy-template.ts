import { chown, mkdir, rename, rm } from 'node:fs/promises'
import type { RunAs } from '../host/run-as.ts'
import { CommandFailed, runCommand } from '../host/run-command.ts'
import { diskFull, saysDiskFull } from './disk-full.ts'
import { writeLineage } from './lineage.ts'

/** Shares blocks where the file system can (Btrfs, XFS, APFS), and copies within the kernel where it cannot. */
const copy = process.platform === 'darwin' ? ['-a', '-c'] : ['-a', '--reflink=auto']

/** Copies a template to a new data directory, all at once or not at all. Throws `AgentFault`. */
export async function copyTemplate(template: string, directory: string, runAs: RunAs | null): Promise<void> {
  const partial = `${directory}.partial`
  await rm(partial, { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
  try {
    await mkdir(partial, { mode: 0o700 })
    if (runAs) await chown(partial, runAs.uid, runAs.gid)
    await runCommand('cp', [...copy, `${template}/.`, partial], { user: runAs, cwd: '/', timeoutMs: 120_000 })
    await writeLineage(partial, runAs)
    await rename(partial, directory)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (error instanceof CommandFailed && saysDiskFull(error.output)) throw diskFull(error)
    throw error
  }
}
