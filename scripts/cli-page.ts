import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import type { Command } from 'commander'
import type { Context } from '../packages/cli/src/context.ts'
import { createProgram } from '../packages/cli/src/create-program.ts'

const WIDTH = 90

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return stripVTControlCharacters(text).trimEnd()
}

function* withNested(command: Command, words: readonly string[] = []): Generator<[string, Command]> {
  yield [['croft', ...words].join(' '), command]
  for (const nested of command.commands) yield* withNested(nested, [...words, nested.name()])
}

/** `docs/reference/cli.md`: the help of every command. */
export async function cliPage(): Promise<string> {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  const context: Context = {
    env: {},
    directory: '/',
    out: stream,
    err: stream,
    interactive: false,
    onSignal: () => undefined,
  }
  // These words make the program load the flags of all settings.
  const program = await createProgram(context, ['start', 'server', 'agent'])
  const sections = [...withNested(program)].map(([name, command]) => {
    const depth = Math.min(name.split(' ').length + 1, 4)
    return `${'#'.repeat(depth)} ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`
  })
  return `<!-- Written by scripts/write-reference.ts from the commands' own help. -->

# The command line

In a clone, write \`npx croft\`. Data goes to standard output and everything else to standard error, so that
\`$(npx croft database url shop -q)\` is a connection string and nothing more. Exit codes: 0 done, 1 it could not be done,
2 the command was used wrongly.

${sections.join('\n')}`
}
