import { type Command, Option } from 'commander'
import type { Backup } from '../client/backup-resources.ts'
import { findDatabase } from '../client/find-database.ts'
import { listAllBackups } from '../client/list-all-backups.ts'
import type { Context } from '../context.ts'
import { BACKUP, BACKUP_ROW } from './backup-fields.ts'
import { addBackupPolicyCommands } from './backup-policy.ts'
import { addBackupTargetCommands } from './backup-target.ts'
import { createBackup } from './create-backup.ts'
import { forceOption } from './recovery-choice.ts'
import { type RestoreBackupOptions, restoreBackup } from './restore-backup.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'
import { showBackupKey } from './show-backup-key.ts'
import { verifyBackup } from './verify-backup.ts'
import { addWaitOptions, type WaitOptions } from './wait-options.ts'

export function addBackupCommands(program: Command, context: Context): void {
  const noun = program
    .command('backup')
    .summary('back up databases, verify and restore backups')
    .description('Backups of databases. Those of schedules are listed as well.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft backup create shop
  $ croft backup list shop
  $ croft backup restore BACKUP_ID --into shop-then
  $ croft database restore shop --at "5m ago"      to any moment, not only to a backup's
  $ croft backup target create s3 offsite --endpoint https://s3.example.com --region eu-1 --bucket croft`,
    )

  addSessionOptions(
    noun
      .command('list [database]')
      .alias('ls')
      .description('List backups of a database, or of all in a workspace, newest first.'),
  )
    .option('--workspace <id>', 'whose, when no database is named (default: the one of the token)')
    .action(async (name: string | undefined, options: SessionOptions & { workspace?: string }) => {
      const { api, writer } = openSession(context, options)
      if (name === undefined) {
        const all = await listAllBackups(api, options.workspace)
        const [id, ...rest] = BACKUP_ROW.fields
        const database = { title: 'Database', value: (row: (typeof all)[number]) => row.databaseName }
        writer.list(all, {
          ...BACKUP_ROW,
          fields: [...(id ? [id] : []), database, ...rest],
          empty: 'No backups yet.',
        })
        return
      }
      const database = await findDatabase(api, name)
      const backups = await api.list<Backup>(`/databases/${database.id}/backups`)
      writer.list(backups, { ...BACKUP_ROW, empty: `No backups yet: croft backup create ${database.name}` })
    })

  addSessionOptions(noun.command('show <backup>').description('Show one backup.')).action(
    async (id: string, options: SessionOptions) => {
      const { api, writer } = openSession(context, options)
      writer.record(await api.get<Backup>(`/backups/${encodeURIComponent(id)}`), BACKUP)
    },
  )

  addSessionOptions(
    noun
      .command('key <database>')
      .description(
        'Show the key that a database’s backups are encrypted with, to keep it in another place. Each showing is an event.',
      ),
  ).action((name: string, options: SessionOptions) => showBackupKey(openSession(context, options), name))

  addWaitOptions(noun.command('create <database>').description('Back up a database now.')).action(
    (name: string, options: WaitOptions) => createBackup(openSession(context, options), name, options),
  )

  addWaitOptions(
    noun
      .command('verify <backup>')
      .description(
        'Restore a backup to a scratch server and check all of it; each new one is checked anyway.',
      ),
  ).action((id: string, options: WaitOptions) => verifyBackup(openSession(context, options), id, options))

  addWaitOptions(
    noun
      .command('restore <backup>')
      .description('Restore a backup as it is. For a moment between backups: croft database restore.'),
  )
    .addOption(new Option('--into <name>', 'make a new database of it').conflicts('inPlace'))
    .option('--in-place', 'replace the data of the database it was made of')
    .addOption(forceOption())
    .option('-y, --yes', 'do not ask')
    .action((id: string, options: RestoreBackupOptions) =>
      restoreBackup(openSession(context, options), id, options),
    )

  addBackupPolicyCommands(noun, context)
  addBackupTargetCommands(noun, context)
}
