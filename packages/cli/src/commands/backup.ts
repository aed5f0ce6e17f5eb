import type { Command } from 'commander'
import { findDatabase } from '../client/find-database.ts'
import type { Backup, Database } from '../client/resources.ts'
import { waitFor } from '../client/wait.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { confirm } from '../output/confirm.ts'
import { formatBytes, formatPercent, formatTime } from '../output/format.ts'
import type { Shown } from '../output/writer.ts'
import { wholeNumber } from './number-option.ts'
import { addSessionOptions, openSession, type Session, type SessionOptions, withStep } from './session.ts'

interface WaitOptions extends SessionOptions {
  readonly wait: boolean
  readonly timeout: number
}

const ROW: Shown<Backup> = {
  key: (backup) => backup.id,
  fields: [
    { title: 'Id', value: (backup) => backup.id },
    { title: 'State', value: (backup) => backup.state },
    { title: 'Why', value: (backup) => backup.trigger },
    { title: 'Data', value: (backup) => formatBytes(backup.sizeBytes) },
    { title: 'Stored', value: (backup) => formatBytes(backup.storedBytes) },
    { title: 'Created', value: (backup) => formatTime(backup.createdAt) },
  ],
}

const addWaitOptions = (command: Command) =>
  addSessionOptions(command)
    .option('--no-wait', 'do not wait until it is done')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, 3600)

async function createBackup(session: Session, name: string, options: WaitOptions): Promise<void> {
  const { api, writer } = session
  const database = await findDatabase(api, name)
  const step = session.step(`Backing up ${database.name}`)
  const backup = await withStep(
    step,
    async () => {
      const started = await api.post<Backup>(`/databases/${database.id}/backups`, {})
      if (!options.wait) return started
      const done = await waitFor(
        started,
        () => api.get<Backup>(`/backups/${started.id}`),
        (now) => now.state !== 'running',
        {
          seconds: options.timeout,
          what: 'The backup',
          onChange: (now) =>
            step.update(now.progress ? formatPercent(now.progress.doneBytes, now.progress.totalBytes) : ''),
        },
      )
      if (done.state === 'failed')
        throw new CliFault(`The backup failed: ${done.error ?? 'no reason was given'}`)
      return done
    },
    (made) =>
      made.state === 'skipped'
        ? `Nothing has changed in ${database.name} since its last backup`
        : `Backup of ${database.name} is ${made.state}`,
  )
  writer.record(backup, ROW)
}

async function restoreBackup(session: Session, name: string, backupId: string, options: WaitOptions) {
  const { api } = session
  const database = await findDatabase(api, name)
  const result = await withStep(
    session.step(`Restoring ${database.name}`),
    async () => {
      const now = await api.post<Database>(`/databases/${database.id}/restore`, { backupId })
      const read = () => api.get<Database>(`/databases/${database.id}`)
      if (!options.wait) return now
      const done = await waitFor(now, read, ({ state }) => state !== 'recovering', {
        seconds: options.timeout,
        what: 'The restore',
        onChange: () => {},
      })
      // The message stays after a restore that was rolled back; the database is ready with its old data.
      if (done.state === 'ready' && !done.stateMessage) return done
      throw new CliFault(
        `${database.name} was not restored: ${done.stateMessage ?? `its state is ${done.state}`}`,
      )
    },
    ({ state }) => (state === 'ready' ? `${database.name} is restored` : `${database.name} is ${state}`),
  )
  if (session.writer.options.output === 'json')
    session.writer.record(result, { key: ({ id }) => id, fields: [] })
}

export function addBackupCommands(program: Command, context: Context): void {
  const noun = program
    .command('backup')
    .summary('back up and restore databases')
    .description('Backups of databases. Those of the daily schedule are listed as well.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ croft backup create shop\n  $ croft backup list shop\n  $ croft backup restore shop BACKUP_ID',
    )

  addSessionOptions(
    noun.command('list <database>').alias('ls').description('List backups of a database.'),
  ).action(async (name: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    const database = await findDatabase(api, name)
    const backups = await api.list<Backup>(`/databases/${database.id}/backups`)
    writer.list(backups, { ...ROW, empty: `No backups yet: croft backup create ${database.name}` })
  })

  addWaitOptions(noun.command('create <database>').description('Back up a database now.')).action(
    (name: string, options: WaitOptions) => createBackup(openSession(context, options), name, options),
  )

  addWaitOptions(
    noun.command('restore <database> <backup>').description('Put a database back to a backup, in place.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, backupId: string, options: WaitOptions & { yes?: boolean }) => {
      const session = openSession(context, options)
      await confirm(
        context,
        `Restore "${name}" from ${backupId}? What was written since is replaced.`,
        options.yes ?? false,
      )
      await restoreBackup(session, name, backupId, options)
    })
}
