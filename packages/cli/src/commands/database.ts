import type { Command } from 'commander'
import { findDatabase } from '../client/find-database.ts'
import type { Credential, Database } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import type { Shown } from '../output/writer.ts'
import { type CreateOptions, createDatabase } from './create-database.ts'
import { addDeletedCommands } from './deleted-databases.ts'
import { wholeNumber } from './number-option.ts'
import { addQuarantineCommands } from './quarantine.ts'
import { addWindowCommand, sayWarnings, sayWindow } from './recovery-window.ts'
import { addRestoreCommands } from './restore-database.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

const state = (database: Database) =>
  database.state === 'ready' && database.power === 'asleep' ? 'ready (asleep)' : database.state

const ROW: Shown<Database> = {
  key: (database) => database.id,
  fields: [
    { title: 'Name', value: (database) => database.name },
    { title: 'State', value: state },
    { title: 'Engine', value: (database) => `${database.engine} ${database.version}` },
    { title: 'Size', value: (database) => database.size },
    { title: 'Created', value: (database) => formatTime(database.createdAt) },
    { title: 'Id', value: (database) => database.id },
  ],
}

const since = { title: 'Quarantined', value: (database: Database) => formatTime(database.quarantinedAt) }

const QUARANTINED_ROW: Shown<Database> = {
  ...ROW,
  fields: [...ROW.fields.slice(0, 1), since, ...ROW.fields.slice(1)],
}

const RECORD: Shown<Database> = {
  key: (database) => database.id,
  fields: [
    { title: 'Name', value: (database) => database.name },
    { title: 'Id', value: (database) => database.id },
    { title: 'State', value: state },
    { title: 'Message', value: (database) => database.stateMessage },
    since,
    { title: 'Engine', value: (database) => `${database.engine} ${database.version}` },
    { title: 'Size', value: (database) => database.size },
    { title: 'Region', value: (database) => database.region },
    { title: 'Runs on', value: (database) => database.target?.name },
    { title: 'Called', value: (database) => database.databaseName },
    { title: 'Address', value: (database) => database.host && `${database.host}:${database.port}` },
    { title: 'Own port', value: (database) => database.ownPort },
    { title: 'Connections', value: (database) => `at most ${database.connectionLimit}` },
    {
      title: 'Sleeps',
      value: ({ idleTimeoutSeconds: idle }) => (idle === 0 ? 'never' : `after ${idle} s without traffic`),
    },
    { title: 'Project', value: (database) => database.projectId },
    { title: 'Default', value: (database) => (database.isDefault ? 'yes' : 'no') },
    { title: 'Created', value: (database) => formatTime(database.createdAt) },
    { title: 'Restorable', value: (database) => sayWindow(database.recovery) },
    { title: 'Warnings', value: (database) => sayWarnings(database.warnings) },
  ],
}

export function addDatabaseCommands(program: Command, context: Context): void {
  const noun = program
    .command('database')
    .alias('db')
    .summary('create, list, copy, restore and delete databases')
    .description('Databases, each a server of its own. Where a command takes NAME, it takes an id as well.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft database create shop                  make one and print its connection string
  $ psql "$(croft database create shop -q)"     the same, and into it at once
  $ croft database create cache --engine redis  a Redis server; mariadb makes a MariaDB one
  $ croft database list -o json                 for scripts
  $ croft database url shop                     another connection string
  $ croft database restore shop --at "5m ago"   undo a mistake
  $ croft database clone shop shop-copy         a copy of it as it is now`,
    )

  addSessionOptions(noun.command('list').alias('ls').description('List databases.'))
    .option('--project <id>', 'only those of one project')
    .option('--quarantined', 'those in quarantine, which are listed nowhere else')
    .action(async (options: SessionOptions & { project?: string; quarantined?: true }) => {
      const { api, writer } = openSession(context, options)
      const { project: projectId, quarantined } = options
      if (quarantined) {
        const all = await api.list<Database>('/databases', { projectId, quarantined: 'true' })
        return writer.list(all, { ...QUARANTINED_ROW, empty: 'No database is in quarantine.' })
      }
      const databases = await api.list<Database>('/databases', { projectId })
      writer.list(databases, { ...ROW, empty: 'No databases yet. Create one: croft database create NAME' })
    })

  addSessionOptions(
    noun.command('create <name>').description('Create a database and print its connection string.'),
  )
    .option('--project <id>', 'project it belongs to (default: the oldest)')
    .option('--engine <engine>', 'postgres (the default), mariadb or redis')
    .option('--engine-version <version>', 'the newest that is installed unless given; see croft engine list')
    .option(
      '--database-name <name>',
      'what it is called within its server, for clients that want a certain name',
    )
    .option('--user <name>', 'a login name of your choice; it is found at a port of the database’s own')
    .option('--size <size>', 'such as nano, small or medium')
    .option('--region <region>', 'where it is placed')
    .option('--idle-timeout <seconds>', 'sleep after so long without traffic; 0 is never', wholeNumber)
    .option('--no-wait', 'do not wait until it is ready')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, 120)
    .action((name: string, options: CreateOptions) =>
      createDatabase(openSession(context, options), name, options),
    )

  addSessionOptions(noun.command('show <name>').description('Show one database.')).action(
    async (name: string, options: SessionOptions) => {
      const { api, writer } = openSession(context, options)
      writer.record(await findDatabase(api, name), RECORD)
    },
  )

  addSessionOptions(
    noun.command('url <name>').description('Print a connection string, of a credential made for it.'),
  )
    .option('--credential <name>', 'what the new credential is called', 'cli')
    .option('--user <name>', 'a login name of your choice; a random one unless given')
    .action(async (name: string, options: SessionOptions & { credential: string; user?: string }) => {
      const { api, writer } = openSession(context, options)
      const database = await findDatabase(api, name)
      const credential = await api.post<Credential>(`/databases/${database.id}/credentials`, {
        name: options.credential,
        user: options.user,
      })
      if (writer.options.output === 'json')
        writer.record(credential, { key: () => credential.id, fields: [] })
      else context.out.write(`${credential.connectionString ?? ''}\n`)
      writer.note(
        `A new credential, "${credential.name}", was made: passwords are shown once, so an old one cannot be printed again.`,
      )
    })

  addSessionOptions(
    noun
      .command('delete <name>')
      .alias('rm')
      .description('Delete a database. Its backups stay for a while: croft database deleted.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options)
      const database = await findDatabase(api, name)
      await confirm(
        context,
        `Delete "${database.name}" (${database.id}) with all its data?`,
        options.yes ?? false,
      )
      await api.remove(`/databases/${database.id}`)
      writer.note(`Deleted ${database.name}. Until when it can be brought back: croft database deleted`)
    })

  addRestoreCommands(noun, context)
  addWindowCommand(noun, context)
  addDeletedCommands(noun, context)
  addQuarantineCommands(noun, context)
}
