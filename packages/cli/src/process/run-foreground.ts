import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Context } from '../context.ts'

/** Runs a script of ours under this Node on this terminal, passing signals on. Resolves with its exit code. */
export function runForeground(
  context: Context,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: 'inherit' })
    context.onSignal((signal) => void child.kill(signal === 'disconnect' ? 'SIGTERM' : signal))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
