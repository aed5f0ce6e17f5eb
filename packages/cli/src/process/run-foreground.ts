import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Context } from '../context.ts'

/**
 * Runs a script of ours under this Node on this terminal, passing signals on. Resolves with its exit code. With
 * `ownGroup` a Ctrl-C reaches this process only and not the database servers of the script, which ends them in
 * order; it learns by its IPC channel when this process is gone.
 */
export function runForeground(
  context: Context,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { ownGroup = false } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env,
      detached: ownGroup,
      stdio: ownGroup ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    })
    context.onSignal((signal) => void child.kill(signal === 'SIGINT' ? signal : 'SIGTERM'))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
