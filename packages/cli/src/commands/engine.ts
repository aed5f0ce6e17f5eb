import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { openWriter } from '../output/writer.ts'
import { runForeground } from '../process/run-foreground.ts'
import { isRecord } from '../record.ts'
import { childSettings } from '../settings/child-settings.ts'
import { findDataDirectory } from '../start/data-directory.ts'
import { SCRIPTS } from '../start/scripts.ts'
import { addOutputOptions, type OutputOptions } from './session.ts'

interface LocalOptions {
  readonly dataDir?: string
}

interface EngineOnHost {
  readonly engine: string
  readonly version: string
  readonly installed: boolean
  readonly reason?: string
}

const LIST_TIMEOUT_MS = 30_000

interface EngineChoice {
  readonly engine: string
  readonly version?: string
}

function parseEngine(text: string): EngineChoice {
  const match = /^([a-z][a-z0-9-]*)(?:@(\d+(?:\.\d+)*))?$/.exec(text)
  if (!match)
    throw new InvalidArgumentError('It is an engine and perhaps a version, like redis or postgres@17.')
  const [, engine = '', version] = match
  return { engine, ...(version === undefined ? {} : { version }) }
}

function environment(context: Context, options: LocalOptions) {
  const { CROFT_RUN_AS, CROFT_ENGINES_DIR } = context.env
  const enginesDirectory = CROFT_ENGINES_DIR && resolve(context.directory, CROFT_ENGINES_DIR)
  const given = { CROFT_RUN_AS, CROFT_ENGINES_DIR: enginesDirectory }
  const directory = findDataDirectory(options.dataDir ?? context.env.CROFT_DATA_DIR, context.directory)
  return childSettings(context.env, given, directory, context.directory).environment('all', {})
}

function parseList(text: string): EngineOnHost[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new Error('the list of engines is not a list')
  return value.filter(
    (row: unknown): row is EngineOnHost =>
      isRecord(row) && typeof row.engine === 'string' && typeof row.version === 'string',
  )
}

export function addEngineCommands(program: Command, context: Context): void {
  const noun = program
    .command('engine')
    .summary('list and install engine versions on this host')
    .description('Engines of this host: the programs that databases run on.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ croft engine install mariadb\n  $ croft engine install postgres@17',
    )
  const dataDir = () => new Option('--data-dir <path>', "the local Croft's data directory, or CROFT_DATA_DIR")

  addOutputOptions(noun.command('list').alias('ls').description('List engines, installed or not.'))
    .addOption(dataDir())
    .action(async (options: OutputOptions & LocalOptions) => {
      const writer = openWriter(context.out, context.err, { ...options, quiet: options.quiet ?? false })
      const { stdout } = await promisify(execFile)(process.execPath, [SCRIPTS.engine, 'list'], {
        env: environment(context, options),
        timeout: LIST_TIMEOUT_MS,
      }).catch((error: unknown) => {
        const said = isRecord(error) && typeof error.stderr === 'string' ? error.stderr.trim() : ''
        throw new CliFault(said || 'The engines of this host could not be listed.')
      })
      writer.list(parseList(stdout), {
        key: (row) => `${row.engine}@${row.version}`,
        empty: 'No engines.',
        fields: [
          { title: 'Engine', value: (row) => row.engine },
          { title: 'Version', value: (row) => row.version },
          { title: 'Installed', value: (row) => (row.installed ? 'yes' : 'no') },
          { title: 'Reason', value: (row) => row.reason ?? '' },
        ],
      })
    })

  noun
    .command('install')
    .description(
      'Install an engine, in the version this host gets best or in a certain one, so that databases can use it.',
    )
    .addArgument(new Argument('<engine[@version]>', 'such as redis or postgres@17').argParser(parseEngine))
    .addOption(dataDir())
    .action(async ({ engine, version }: EngineChoice, options: LocalOptions) => {
      const code = await runForeground(
        context,
        [SCRIPTS.engine, 'install', engine, ...(version === undefined ? [] : [version])],
        environment(context, options),
      )
      if (code !== 0)
        throw new CliFault(`${engine}${version === undefined ? '' : ` ${version}`} was not installed.`)
    })
}
