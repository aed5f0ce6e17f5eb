import { type Command, Option } from 'commander'
import type { Api } from '../client/api.ts'
import type { DeletedDatabase } from '../client/backup-resources.ts'
import { findWorkspace } from '../client/find-workspace.ts'
import { onlyOne } from '../client/only-one.ts'
import type { Context } from '../context.ts'
import { parseMoment } from '../moment.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import type { Shown } from '../output/writer.ts'
import { backupSource, type ChoiceOptions, forceOption, sayMoment } from './recovery-choice.ts'
import { sayWindow } from './recovery-window.ts'
import { restoreInto } from './restore-into.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'
import { addWaitOptions, type WaitOptions } from './wait-options.ts'

interface InWorkspace extends SessionOptions {
  readonly workspace?: string
}

const ROW: Shown<DeletedDatabase> = {
  key: ({ id }) => id,
  fields: [
    { title: 'Name', value: ({ name }) => name },
    { title: 'Deleted', value: ({ deletedAt }) => formatTime(deletedAt) },
    { title: 'Kept until', value: ({ purgeAt }) => formatTime(purgeAt) },
    { title: 'Backups', value: ({ backups }) => backups },
    { title: 'Restorable', value: ({ recovery }) => sayWindow(recovery) },
    { title: 'Id', value: ({ id }) => id },
  ],
}

async function listDeleted(api: Api, workspace: string | undefined): Promise<DeletedDatabase[]> {
  return api.list<DeletedDatabase>(`/workspaces/${await findWorkspace(api, workspace)}/deleted-databases`)
}

const WORKSPACE = ['--workspace <id>', 'the workspace it was in (default: the one of the token)'] as const

/** `croft database deleted`, `restore-deleted` and `purge`. */
export function addDeletedCommands(noun: Command, context: Context): void {
  addSessionOptions(
    noun.command('deleted').description('List deleted databases that can still be brought back.'),
  )
    .option(...WORKSPACE)
    .action(async (options: InWorkspace) => {
      const { api, writer } = openSession(context, options)
      writer.list(await listDeleted(api, options.workspace), {
        ...ROW,
        empty: 'No deleted database can be brought back.',
      })
    })

  addWaitOptions(
    noun
      .command('restore-deleted <database>')
      .description('Bring a deleted database back as a new one; as it was last unless told otherwise.'),
  )
    .requiredOption('--into <name>', 'what the new database is called')
    .option('--at <time>', 'as it was then, such as "2026-05-01 12:30" or "2h ago"', (text) =>
      parseMoment(text),
    )
    .addOption(new Option('--backup <id>', 'one of its backups, as it is').conflicts(['at', 'latest']))
    .addOption(new Option('--latest', 'as it was last (the default)').conflicts('at'))
    .addOption(forceOption())
    .option(...WORKSPACE)
    .action(async (name: string, options: WaitOptions & ChoiceOptions & InWorkspace & { into: string }) => {
      const session = openSession(context, options)
      const deleted = onlyOne(await listDeleted(session.api, options.workspace), name, 'deleted database')
      const { id: databaseId } = deleted
      const at = options.at?.toISOString()
      const source =
        options.backup === undefined
          ? { type: 'database', databaseId, ...(at === undefined ? {} : { at }) }
          : backupSource({ id: options.backup, databaseId }, options.force)
      const when = at === undefined ? '' : ` as of ${sayMoment(at)}`
      const title = `Bringing ${deleted.name} back${when} as ${options.into}`
      await restoreInto(session, options.into, { projectId: deleted.projectId }, source, {
        ...options,
        title,
      })
    })

  addSessionOptions(
    noun
      .command('purge <database>')
      .description('Remove what is kept of a deleted database, now and for good.'),
  )
    .option(...WORKSPACE)
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: InWorkspace & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options)
      const deleted = onlyOne(await listDeleted(api, options.workspace), name, 'deleted database')
      await confirm(
        context,
        `Remove all backups of "${deleted.name}" (${deleted.id}) and their key? Nobody can bring it back.`,
        options.yes ?? false,
      )
      await api.remove(`/deleted-databases/${deleted.id}`)
      writer.note(`What was kept of ${deleted.name} is being removed.`)
    })
}
