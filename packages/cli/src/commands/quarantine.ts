import type { Command } from 'commander'
import { findDatabase } from '../client/find-database.ts'
import { onlyOne } from '../client/only-one.ts'
import type { Database } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

/** `croft database quarantine` and `release`. */
export function addQuarantineCommands(noun: Command, context: Context): void {
  addSessionOptions(
    noun
      .command('quarantine <name>')
      .description(
        'Delete a database so that it can be taken back for some days: its passwords are changed, its data stays.',
      ),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options)
      const database = await findDatabase(api, name)
      await confirm(
        context,
        `Put "${database.name}" (${database.id}) into quarantine? Its clients are cut off, and their passwords changed.`,
        options.yes ?? false,
      )
      const put = await api.post<Database>(`/databases/${database.id}/quarantine`, {})
      if (writer.options.output === 'json') writer.record(put, { key: ({ id }) => id, fields: [] })
      writer.note(`${put.name} is in quarantine. Take it back: croft database release ${put.name}`)
    })

  addSessionOptions(
    noun.command('release <name>').description('Take a database out of quarantine, with all its data.'),
  ).action(async (name: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    const quarantined = await api.list<Database>('/databases', { quarantined: 'true' })
    const { id } = onlyOne(quarantined, name, 'database in quarantine')
    await api.remove(`/databases/${id}/quarantine`)
    const released = await api.get<Database>(`/databases/${id}`)
    if (writer.options.output === 'json') writer.record(released, { key: () => id, fields: [] })
    writer.note(
      `${released.name} is back. Old passwords do not work any more; a new login: croft database url ${released.name}`,
    )
  })
}
