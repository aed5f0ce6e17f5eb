import { type Command, Option } from 'commander'
import type { Api } from '../client/api.ts'
import type { Backup, RecoveryWindow } from '../client/backup-resources.ts'
import { CliFault } from '../fault.ts'
import { parseMoment } from '../moment.ts'
import { formatTime } from '../output/format.ts'

/** What a database is restored to: one of them. */
export interface ChoiceOptions {
  readonly at?: Date
  readonly restorePoint?: string
  readonly backup?: string
  readonly latest?: boolean
  readonly force?: boolean
}

/** As the API wants it, and in words: `2026-05-01 12:30:00`. */
export interface Choice {
  readonly source: Readonly<Record<string, unknown>>
  readonly words: string
}

const EACH = ['at', 'restorePoint', 'backup', 'latest'] as const

export function addChoiceOptions(command: Command): Command {
  const others = (own: string) => EACH.filter((each) => each !== own)
  const option = (flags: string, text: string, own: string) =>
    new Option(flags, text).conflicts(others(own)).helpGroup('To what (one of them):')
  return command
    .addOption(
      option(
        '--at <time>',
        '2026-05-01T12:30:00Z, "2026-05-01 12:30" (local), "5m ago" or -90s',
        'at',
      ).argParser((text: string) => parseMoment(text)),
    )
    .addOption(option('--restore-point <name>', 'a restore point of the database, or its id', 'restorePoint'))
    .addOption(option('--backup <id>', 'one of its backups, as it is', 'backup'))
    .addOption(option('--latest', 'the latest moment there is', 'latest'))
}

export function forceOption(): Option {
  return new Option('--force', 'take a backup although its verification failed')
}

/** The source of a backup, taken by force or not. */
export function backupSource(backup: Pick<Backup, 'id' | 'databaseId'>, force = false) {
  const { id: backupId, databaseId } = backup
  return { type: 'backup', databaseId, backupId, ...(force ? { force } : {}) }
}

/** A moment in the user's zone, and milliseconds only where there are some. */
export function sayMoment(at: string): string {
  const milliseconds = /\.(\d{3})Z$/.exec(at)?.[1] ?? '000'
  return `${formatTime(at)}${milliseconds === '000' ? '' : `.${milliseconds}`}`
}

/** What was chosen; undefined when nothing was. `latest` is the end of the database's window, or null for none. */
export async function readChoice(
  api: Api,
  databaseId: string,
  options: ChoiceOptions,
): Promise<Choice | undefined> {
  const source = { type: 'database', databaseId }
  if (options.at !== undefined) {
    const at = options.at.toISOString()
    return { source: { ...source, at }, words: sayMoment(at) }
  }
  if (options.restorePoint !== undefined) {
    const { restorePoint } = options
    return { source: { ...source, restorePoint }, words: `the restore point ${restorePoint}` }
  }
  if (options.backup !== undefined) {
    const {
      id,
      databaseId: owner,
      createdAt,
      consistentAt,
    } = await api.get<Backup>(`/backups/${options.backup}`)
    if (owner !== databaseId) {
      throw new CliFault(`The backup ${id} is another database’s.`, {
        hint: `Restore it with: croft backup restore ${id}`,
      })
    }
    const words = `the backup of ${sayMoment(consistentAt ?? createdAt)}`
    return { source: backupSource({ id, databaseId }, options.force), words }
  }
  if (!options.latest) return undefined
  const { latest } = await api.get<RecoveryWindow>(`/databases/${databaseId}/recovery-window`)
  if (latest === null) {
    throw new CliFault('There is no moment yet that it can be restored to.', {
      hint: 'Its backups, if it has some: croft backup list',
    })
  }
  return { source: { ...source, at: latest }, words: sayMoment(latest) }
}
