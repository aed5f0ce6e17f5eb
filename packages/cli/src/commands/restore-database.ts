import type { Command } from 'commander'
import { findDatabase } from '../client/find-database.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { withWindow } from './explain-window.ts'
import { addChoiceOptions, type ChoiceOptions, forceOption, readChoice } from './recovery-choice.ts'
import { restoreInPlace } from './restore-in-place.ts'
import { restoreInto } from './restore-into.ts'
import { openSession } from './session.ts'
import { addWaitOptions, type WaitOptions } from './wait-options.ts'

interface RestoreOptions extends WaitOptions, ChoiceOptions {
  readonly into?: string
  readonly yes?: boolean
}

/** `croft database restore` and `croft database clone`. */
export function addRestoreCommands(noun: Command, context: Context): void {
  addWaitOptions(
    addChoiceOptions(
      noun
        .command('restore <database>')
        .description('Put a database back to a moment, in place or as a new database beside it.'),
    ),
  )
    .option('--into <name>', 'make a new database of it, and leave the present one alone')
    .addOption(forceOption())
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  $ croft database restore shop --at "5m ago"                  in place; asks first
  $ croft database restore shop --at 2026-05-01T12:30:00Z --into shop-then
  $ croft database restore shop --restore-point before-upgrade --yes
  $ croft database window shop                                 to which moments it can be`,
    )
    .action(async (name: string, options: RestoreOptions) => {
      const session = openSession(context, options)
      const database = await findDatabase(session.api, name)
      await withWindow(session.api, database, async () => {
        const choice = await readChoice(session.api, database.id, options)
        if (!choice) {
          throw new CliFault('To what should it be restored?', {
            hint: 'Say one of --at TIME, --restore-point NAME, --backup ID and --latest.',
            exitCode: 2,
          })
        }
        if (options.into === undefined)
          return restoreInPlace(session, database, choice.source, choice.words, options)
        const title = `Restoring ${database.name} as of ${choice.words} into ${options.into}`
        return restoreInto(session, options.into, database, choice.source, { ...options, title })
      })
    })

  addWaitOptions(
    noun
      .command('clone <database> <name>')
      .description('Copy a database as it is now into a new one, while it goes on serving.'),
  ).action(async (name: string, copy: string, options: WaitOptions) => {
    const session = openSession(context, options)
    const database = await findDatabase(session.api, name)
    const source = { type: 'database', databaseId: database.id }
    const title = `Copying ${database.name} to ${copy}`
    await restoreInto(session, copy, database, source, { ...options, title })
  })
}
