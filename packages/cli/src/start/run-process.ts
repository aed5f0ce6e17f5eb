import { WrongSettings } from '@croft/protocol'
import type { Context } from '../context.ts'
import { runForeground } from '../process/run-foreground.ts'
import { childSettings } from '../settings/child-settings.ts'
import type { ProcessCommand } from '../settings/groups.ts'
import { type ReadSettings, readSettings } from '../settings/read-settings.ts'
import { SCRIPTS } from './scripts.ts'
import { start } from './start.ts'

/** Runs `croft start`, `server` or `agent`. Resolves with the exit code: 2 for wrong settings, each told. */
export async function runProcess(
  kind: ProcessCommand,
  context: Context,
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  let settings: ReadSettings
  try {
    settings = readSettings(context.env, flags)
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error
    context.err.write('These settings are wrong:\n')
    for (const fault of error.faults) context.err.write(`  ${fault}\n`)
    context.err.write(`\`croft help ${kind}\` lists all of them.\n`)
    return 2
  }
  if (kind === 'start') return start(context, settings)
  const children = childSettings(
    context.env,
    settings.given,
    settings.values.CROFT_DATA_DIR,
    context.directory,
  )
  return runForeground(context, [SCRIPTS[kind]], children.environment('all', {}), { ownGroup: true })
}
