import { Command, Help, type Option } from 'commander'
import { addBackupCommands } from './commands/backup.ts'
import { addDatabaseCommands } from './commands/database.ts'
import { addEngineCommands } from './commands/engine.ts'
import { addEnvironmentCommands } from './commands/environment.ts'
import { addEventsCommands } from './commands/events.ts'
import { addIdentityCommands } from './commands/identity.ts'
import { addInviteCommand } from './commands/invite.ts'
import { addKeyCommands } from './commands/key.ts'
import { addKeysCommands } from './commands/keys.ts'
import { addLoginCommand } from './commands/login.ts'
import { addLogoutCommand } from './commands/logout.ts'
import { addOAuthCommands } from './commands/oauth.ts'
import { addPlanCommands } from './commands/plan.ts'
import { addProcessCommands } from './commands/process.ts'
import { addRestorePointCommands } from './commands/restore-point.ts'
import { addRoleCommands } from './commands/role.ts'
import { addStatusCommand } from './commands/status.ts'
import { addTokenCommands } from './commands/token.ts'
import { addUserCommands } from './commands/user.ts'
import { addWhoamiCommand } from './commands/whoami.ts'
import type { Context } from './context.ts'
import { styled } from './output/style.ts'
import { VERSION } from './version.ts'

const standard = new Help()

/** A command's own options come before those that all commands share, which stand in groups. */
function ownOptionsFirst(command: Command): Option[] {
  const options = standard.visibleOptions(command)
  const isOwn = (option: Option) => option.helpGroupHeading === undefined && option.long !== '--help'
  return [...options.filter(isOwn), ...options.filter((option) => !isOwn(option))]
}

/** Makes every nested command throw instead of exiting, and print where the rest prints. */
function settle(command: Command, context: Context): void {
  command.exitOverride()
  command.configureOutput({
    writeOut: (text) => void context.out.write(text),
    writeErr: (text) => void context.err.write(text),
  })
  command.configureHelp({
    styleTitle: (text) => styled(context.out, 'bold', text),
    visibleOptions: ownOptionsFirst,
  })
  command.showSuggestionAfterError()
  for (const nested of command.commands) settle(nested, context)
}

/** The whole command line. `words` decides which parts are worth loading. */
export async function createProgram(context: Context, words: readonly string[]): Promise<Command> {
  const program = new Command('croft')
    .description('Croft: databases of your own, on your own machines.')
    .usage('<command> [options]')
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText(
      'after',
      `
Examples:
  $ croft start                       run everything on this machine
  $ croft database create shop        a database, and its connection string
  $ croft help database               what can be done with databases

In a clone, write \`npx croft\`.`,
    )
  program.commandsGroup('Run Croft:')
  await addProcessCommands(program, context, words)
  addStatusCommand(program, context)
  program.commandsGroup('Work with it:')
  addDatabaseCommands(program, context)
  addBackupCommands(program, context)
  addRestorePointCommands(program, context)
  program.commandsGroup('Be somebody:')
  addLoginCommand(program, context)
  addLogoutCommand(program, context)
  addWhoamiCommand(program, context)
  program.commandsGroup('Decide who may do what:')
  addInviteCommand(program, context)
  addUserCommands(program, context)
  addRoleCommands(program, context)
  addIdentityCommands(program, context)
  addTokenCommands(program, context)
  addKeyCommands(program, context)
  program.commandsGroup('Administer it:')
  addOAuthCommands(program, context)
  addEventsCommands(program, context)
  addKeysCommands(program, context)
  addEngineCommands(program, context)
  addPlanCommands(program, context)
  addEnvironmentCommands(program, context)
  settle(program, context)
  return program
}
