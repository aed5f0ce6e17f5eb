import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Query } from '../client/api.ts'
import type { Scope } from '../client/connection.ts'
import type { Context } from '../context.ts'
import { exportEvents } from './events-export.ts'
import { followEvents } from './events-follow.ts'
import { listEvents } from './events-list.ts'
import { verifyEvents } from './events-verify.ts'
import { wholeNumber } from './number-option.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface FilterOptions {
  readonly workspace?: string
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly search?: string
  readonly all?: boolean
}

function parseTime(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It looks like 2026-01-31T12:00:00Z.')
  return time.toISOString()
}

function addFilterOptions(command: Command): Command {
  const group = 'Which events:'
  const filter = (flags: string, text: string) => new Option(flags, text).helpGroup(group)
  return command
    .addOption(filter('--action <action>', 'actions that begin so: database. or database.created'))
    .addOption(filter('--actor <id>', 'by this user, token or key'))
    .addOption(filter('--subject <id>', 'about this thing'))
    .addOption(filter('--workspace <id>', 'of this workspace'))
    .addOption(filter('--search <text>', 'with this text in names or details'))
    .addOption(filter('--all', 'of every workspace and of the platform, as its administrator'))
}

function addTimeOptions(command: Command): Command {
  const group = 'Which events:'
  const time = (flags: string, text: string) => new Option(flags, text).argParser(parseTime).helpGroup(group)
  return command
    .addOption(time('--from <time>', 'from this moment on'))
    .addOption(time('--to <time>', 'before this moment'))
}

const queryOf = ({ workspace, actor, action, subject, from, to, search }: FilterOptions): Query => ({
  workspaceId: workspace,
  actorId: actor,
  action,
  subjectId: subject,
  from,
  to,
  text: search,
})

const scopeOf = ({ all }: FilterOptions): Scope => (all ? 'platform' : 'workspace')

export function addEventsCommands(program: Command, context: Context): void {
  const noun = program
    .command('events')
    .summary('show, follow, export and verify what was done')
    .description('The trail: what was done, and by whom.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ croft events --action database. --follow\n  $ croft events export --from 2026-01-01 > events.ndjson',
    )

  const list = noun.command('list', { isDefault: true }).description('Show events, newest first (default).')
  addTimeOptions(addFilterOptions(addSessionOptions(list)))
    .option('-f, --follow', 'go on with new ones as they happen, until Ctrl-C', false)
    .option('-n, --limit <number>', 'at most so many', wholeNumber, 50)
    .action(async (options: SessionOptions & FilterOptions & { follow: boolean; limit: number }) => {
      const session = openSession(context, options, scopeOf(options))
      if (options.follow) await followEvents(session, { ...queryOf(options), from: undefined, to: undefined })
      else await listEvents(session, queryOf(options), options.limit)
    })

  const save = noun.command('export').description('Print all events as NDJSON, oldest first.')
  addTimeOptions(addFilterOptions(addSessionOptions(save))).action(
    async (options: SessionOptions & FilterOptions) =>
      exportEvents(openSession(context, options, scopeOf(options)), queryOf(options)),
  )

  addSessionOptions(noun.command('verify').description('Check that nobody has tampered with the trail.'))
    .option('--expect <head>', 'the head that an earlier run printed, kept elsewhere')
    .action(async (options: SessionOptions & { expect?: string }) =>
      verifyEvents(openSession(context, options, 'platform'), options.expect),
    )
}
