import { type Command, Option } from 'commander'
import { type Api, openApi } from '../client/api.ts'
import { type ConnectionOptions, findConnection, type Scope } from '../client/connection.ts'
import type { Context } from '../context.ts'
import { type Step, startStep } from '../output/progress.ts'
import { type Format, openWriter, type Writer } from '../output/writer.ts'

export interface OutputOptions {
  readonly output: Format
  readonly quiet?: boolean
}
export type SessionOptions = OutputOptions & ConnectionOptions

/** What a command that talks to the API works with. */
export interface Session {
  readonly context: Context
  readonly api: Api
  readonly writer: Writer
  /** Progress for people; silent when quiet or JSON is wanted from a script. */
  step(title: string): Step
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'how to print')
        .choices(['table', 'json'])
        .default('table')
        .helpGroup('Output:'),
    )
    .addOption(new Option('-q, --quiet', 'print only what a script needs next').helpGroup('Output:'))
}

const WHERE = 'Which Croft (default: the local one, else that of the last login):'

/** The options that say where, for commands that bring a credential of their own. */
export function addAddressOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'address of the API, or CROFT_URL').helpGroup(WHERE))
    .addOption(
      new Option('--data-dir <path>', 'whose bootstrap.json to use, or CROFT_DATA_DIR').helpGroup(WHERE),
    )
}

/** The options of every command that talks to the API. */
export function addSessionOptions(command: Command): Command {
  return addAddressOptions(addOutputOptions(command)).addOption(
    new Option('--token <token>', 'token or key to use, or CROFT_TOKEN').helpGroup(WHERE),
  )
}

const SILENT: Step = { update() {}, progress() {}, done() {}, fail() {} }

export function openSession(context: Context, options: SessionOptions, scope: Scope = 'workspace'): Session {
  const writer = openWriter(context.out, context.err, {
    output: options.output,
    quiet: options.quiet ?? false,
  })
  const isSilent = writer.options.quiet || (writer.options.output === 'json' && !context.err.isTTY)
  const connection = findConnection(context, options, scope)
  return {
    context,
    api: openApi(connection, { authorization: `Bearer ${connection.token}` }),
    writer,
    step: (title) => (isSilent ? SILENT : startStep(context.err, title)),
  }
}

/** Runs work under a progress line that ends as the work does. */
export async function withStep<T>(
  step: Step,
  work: () => Promise<T>,
  done: (result: T) => string,
): Promise<T> {
  try {
    const result = await work()
    step.done(done(result))
    return result
  } catch (error) {
    step.fail()
    throw error
  }
}
