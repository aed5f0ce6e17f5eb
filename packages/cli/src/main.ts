import { CommanderError } from 'commander'
import type { Context } from './context.ts'
import { createProgram } from './create-program.ts'
import { CliFault } from './fault.ts'
import { styled } from './output/style.ts'

const context: Context = {
  env: process.env,
  directory: process.cwd(),
  out: process.stdout,
  err: process.stderr,
  interactive: process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI,
  onSignal(handler) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handler)
    if (!process.channel) return
    process.on('disconnect', () => handler('disconnect'))
    // Listening keeps the channel, and so the process, alive; it should not.
    process.channel.unref()
  },
}

// The reader may go first (`croft database list | head`, a closed terminal); that is no error of ours.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

function say(message: string, hint: string | null): void {
  context.err.write(`${styled(context.err, 'red', 'Error:')} ${message}\n`)
  if (hint) context.err.write(`${hint}\n`)
}

/** 0: done. 1: it could not be done. 2: the command was used wrongly. */
function exitCodeOf(error: unknown): number {
  // Commander has printed its message; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof CliFault) {
    say(error.message, error.hint)
    return error.exitCode
  }
  say(error instanceof Error ? error.message : String(error), null)
  return 1
}

const words = process.argv.slice(2)
try {
  const program = await createProgram(context, words)
  await program.parseAsync(words, { from: 'user' })
} catch (error) {
  process.exitCode = exitCodeOf(error)
}
