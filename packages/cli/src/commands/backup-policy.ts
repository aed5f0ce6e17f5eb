import { type Command, Option } from 'commander'
import type { Api } from '../client/api.ts'
import type { BackupPolicy } from '../client/backup-resources.ts'
import { findBackupTarget } from '../client/find-backup-target.ts'
import { findDatabase } from '../client/find-database.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import type { Shown } from '../output/writer.ts'
import { wholeNumber } from './number-option.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface SetOptions extends SessionOptions {
  readonly schedule?: string
  readonly retentionDays?: number
  readonly incremental?: 'auto' | 'off'
  readonly encryption?: 'on' | 'off'
  readonly archive?: 'on' | 'off'
  readonly target?: string
  readonly workspace?: string
}

const onOff = (on: boolean) => (on ? 'on' : 'off')

const RECORD: Shown<BackupPolicy> = {
  key: ({ targetId }) => targetId ?? 'host',
  fields: [
    { title: 'Target', value: ({ targetId }) => targetId ?? 'the host’s own directory' },
    {
      title: 'Schedule',
      value: ({ schedule }) => (schedule === null ? 'the platform’s' : `${schedule} (UTC)`),
    },
    { title: 'Kept', value: ({ retentionDays }) => `${retentionDays} days` },
    { title: 'Archive', value: ({ archive }) => onOff(archive) },
    { title: 'Incremental', value: ({ incremental }) => incremental },
    { title: 'Encryption', value: ({ encryption }) => onOff(encryption) },
  ],
}

/** What the options change. */
async function readChanges(api: Api, options: SetOptions): Promise<Partial<BackupPolicy>> {
  const { schedule, retentionDays, incremental, encryption, archive, target, workspace } = options
  return {
    ...(schedule === undefined ? {} : { schedule: schedule === 'default' ? null : schedule }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(incremental === undefined ? {} : { incremental }),
    ...(encryption === undefined ? {} : { encryption: encryption === 'on' }),
    ...(archive === undefined ? {} : { archive: archive === 'on' }),
    ...(target === undefined
      ? {}
      : { targetId: target === 'host' ? null : (await findBackupTarget(api, target, workspace)).id }),
  }
}

const choice = (flags: string, text: string, choices: readonly string[]) =>
  new Option(flags, text).choices(choices)

export function addBackupPolicyCommands(backup: Command, context: Context): void {
  const noun = backup
    .command('policy')
    .summary('say when and how a database is backed up')
    .description('When and how a database is backed up, where to, and how long that is kept.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft backup policy show shop
  $ croft backup policy set shop --schedule "0 */6 * * *" --retention-days 30
  $ croft backup policy set shop --target offsite`,
    )

  addSessionOptions(noun.command('show <database>').description('Show the policy of a database.')).action(
    async (name: string, options: SessionOptions) => {
      const { api, writer } = openSession(context, options)
      const { id } = await findDatabase(api, name)
      writer.record(await api.get<BackupPolicy>(`/databases/${id}/backup-policy`), RECORD)
    },
  )

  addSessionOptions(
    noun.command('set <database>').description('Change the policy of a database; the rest of it stays.'),
  )
    .option('--schedule <cron>', 'cron expression in UTC, or default for the platform’s')
    .option('--retention-days <days>', 'how long backups and archive are kept', wholeNumber)
    .addOption(choice('--archive <on|off>', 'whether every change is archived within seconds', ['on', 'off']))
    .addOption(
      choice('--incremental <auto|off>', 'whether backups of large databases store only what changed', [
        'auto',
        'off',
      ]),
    )
    .addOption(
      choice('--encryption <on|off>', 'whether it is encrypted with the database’s key', ['on', 'off']),
    )
    .option('--target <target>', 'name or id of a backup target, or host for the host’s own directory')
    .option('--workspace <id>', 'the workspace of the target (default: the one of the token)')
    .action(async (name: string, options: SetOptions) => {
      const { api, writer } = openSession(context, options)
      const { id, name: databaseName } = await findDatabase(api, name)
      const changes = await readChanges(api, options)
      if (Object.keys(changes).length === 0) {
        throw new CliFault('Nothing to change was given.', {
          hint: 'See croft backup policy set --help.',
          exitCode: 2,
        })
      }
      const policy = await api.replace<BackupPolicy>(`/databases/${id}/backup-policy`, (now) => ({
        targetId: now.targetId,
        schedule: now.schedule,
        retentionDays: now.retentionDays,
        incremental: now.incremental,
        encryption: now.encryption,
        archive: now.archive,
        ...changes,
      }))
      writer.record(policy, RECORD)
      if (changes.targetId !== undefined)
        writer.note(`What was stored elsewhere stays there, and ${databaseName} can be restored from it.`)
      if (changes.encryption === false)
        writer.note('What is stored already stays encrypted, and its key is kept with it.')
    })
}
