import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface FollowOptions {
  readonly cwd: string
  readonly timeoutMs: number
  /** Gets every line that is not empty, of stdout and stderr. */
  onLine(line: string): void
}

/**
 * Runs a program to its end in the environment of this process, for what is set there (proxies), but in English.
 * Gives its exit code; null when it was killed, also for a timeout. Throws when it cannot be executed.
 */
export function followProgram(
  program: string,
  args: readonly string[],
  { cwd, timeoutMs, onLine }: FollowOptions,
): Promise<number | null> {
  const child = spawn('/usr/bin/env', ['LC_ALL=C', program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line.trim() !== '') onLine(line)
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
}
