import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../../../host/run-as.ts'
import { writeOwnedFile } from '../../../host/write-owned-file.ts'
import type { Management } from '../management.ts'

/** Its presence says that the server keeps account of what changes, at the next start too. */
const fileName = 'croft-track-changes'
const configurationName = 'postgresql.conf'
export const trackSettings = { summarize_wal: 'on' }
/** The first that can. */
const firstMajor = 17

export interface TrackedServer {
  readonly directory: string
  readonly major: number
  readonly management: Management
  readonly runAs: RunAs | null
  readonly log: Logger
}

/** The settings that a directory's server starts with, when it keeps account of changes. */
export async function settingsOfTracking(directory: string, major: number): Promise<Record<string, string>> {
  const found = await stat(join(directory, fileName)).catch(() => undefined)
  return found && major >= firstMajor ? trackSettings : {}
}

/**
 * Lets a running server keep account of changed blocks from now on. It begins with the oldest WAL that is there: soon
 * after a copy, that copy's own. The process for it takes 2 to 3 MB, so it is for large databases only.
 */
export async function trackChanges({
  directory,
  major,
  management,
  runAs,
  log,
}: TrackedServer): Promise<void> {
  if (major < firstMajor) return
  try {
    if (await stat(join(directory, fileName)).catch(() => undefined)) return
    const path = join(directory, configurationName)
    const lines = Object.entries(trackSettings).map(([name, value]) => `${name} = '${value}'\n`)
    await writeOwnedFile(path, `${await readFile(path, 'utf8')}${lines.join('')}`, runAs)
    await management.query('SELECT pg_reload_conf()')
    await writeOwnedFile(join(directory, fileName), 'on\n', runAs)
  } catch (error) {
    log.warn({ err: error }, 'the next backup will be a full one: changes are not kept account of')
  }
}
