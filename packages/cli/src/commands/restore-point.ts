import type { Command } from 'commander'
import type { RestorePoint } from '../client/backup-resources.ts'
import { findDatabase } from '../client/find-database.ts'
import { waitFor } from '../client/wait.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { confirm } from '../output/confirm.ts'
import type { Shown } from '../output/writer.ts'
import { sayMoment } from './recovery-choice.ts'
import { addSessionOptions, openSession, type SessionOptions, withStep } from './session.ts'

const WAIT_SECONDS = 60
/** A new archive is known of within seconds. */
const RESTORABLE_MS = 20_000

const ROW: Shown<RestorePoint> = {
  key: ({ id }) => id,
  fields: [
    { title: 'Name', value: ({ name }) => name },
    { title: 'State', value: ({ state }) => state },
    { title: 'At', value: ({ at }) => at && sayMoment(at) },
    { title: 'Restorable', value: ({ restorable }) => (restorable ? 'yes' : 'no') },
    { title: 'Id', value: ({ id }) => id },
  ],
}

export function addRestorePointCommands(program: Command, context: Context): void {
  const noun = program
    .command('restore-point')
    .summary('name moments to restore to')
    .description('Restore points: names for moments that a database can be restored to.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft restore-point create shop before-upgrade
  $ croft database restore shop --restore-point before-upgrade`,
    )

  addSessionOptions(
    noun.command('create <database> <name>').description('Give this moment of a database a name.'),
  ).action(async (database: string, name: string, options: SessionOptions) => {
    const session = openSession(context, options)
    const { api, writer } = session
    const { id, name: databaseName } = await findDatabase(api, database)
    const point = await withStep(
      session.step(`Marking ${databaseName}`),
      async () => {
        const begun = await api.post<RestorePoint>(`/databases/${id}/restore-points`, { name })
        const deadline = Date.now() + RESTORABLE_MS
        const made = await waitFor(
          begun,
          () => api.get<RestorePoint>(`/restore-points/${begun.id}`),
          ({ state, restorable }) =>
            state === 'failed' || (state === 'completed' && (restorable || Date.now() > deadline)),
          { seconds: WAIT_SECONDS, what: 'The restore point', onChange: () => {} },
        )
        if (made.state === 'failed')
          throw new CliFault(`${name} could not be made: ${made.error ?? 'no reason was given'}`)
        // Whoever goes on now relies on it.
        if (!made.restorable) {
          throw new CliFault(`${name} is marked, but ${databaseName} cannot be restored to it.`, {
            hint: `Its archive goes on from no backup yet. Look when it does: croft database window ${databaseName}`,
          })
        }
        return made
      },
      (made) => `${databaseName} can be restored to ${name}${made.at ? `, ${sayMoment(made.at)}` : ''}`,
    )
    if (writer.options.output === 'json' || writer.options.quiet) writer.record(point, ROW)
  })

  addSessionOptions(
    noun.command('list <database>').alias('ls').description('List restore points of a database.'),
  ).action(async (database: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    const { id, name } = await findDatabase(api, database)
    const points = await api.list<RestorePoint>(`/databases/${id}/restore-points`)
    writer.list(points, { ...ROW, empty: `No restore points: croft restore-point create ${name} NAME` })
  })

  addSessionOptions(
    noun
      .command('delete <id>')
      .alias('rm')
      .description('Delete a restore point; the moment stays restorable.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options)
      const point = await api.get<RestorePoint>(`/restore-points/${encodeURIComponent(id)}`)
      await confirm(context, `Delete the restore point ${point.name}?`, options.yes ?? false)
      await api.remove(`/restore-points/${point.id}`)
      writer.note(`Deleted ${point.name}.`)
    })
}
