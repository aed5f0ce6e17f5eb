import { execFile } from 'node:child_process'
import { asUser, type RunAs } from './run-as.ts'

/** A command that failed; `output` is the end of what it printed. */
export class CommandFailed extends Error {
  readonly output: string
  constructor(command: string, reason: string, output: string) {
    super(`${command} failed: ${reason}`)
    this.name = 'CommandFailed'
    this.output = output
  }
}

export interface CommandOptions {
  readonly user: RunAs | null
  readonly cwd: string
  readonly timeoutMs: number
  /** Variables beside the usual PATH and locale. */
  readonly env?: Readonly<Record<string, string>>
  /** What it reads on stdin. */
  readonly input?: string
  /** Kills it. */
  readonly signal?: AbortSignal
}

const outputLimit = 4 * 1024 * 1024

/**
 * Runs a command to its end, with an environment of its own. Gives what it printed on stdout. Throws `CommandFailed`,
 * also for a timeout.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { user, cwd, timeoutMs, env, input, signal } = options
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      {
        cwd,
        ...asUser(user),
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: outputLimit,
        ...(signal ? { signal } : {}),
        env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', ...env },
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const reason = error.killed
          ? `no end after ${timeoutMs} ms`
          : (error.code ?? error.signal ?? 'unknown')
        reject(new CommandFailed(command, String(reason), `${stdout}${stderr}`.slice(-4000)))
      },
    )
    // A command that ends before it has read everything says why itself.
    child.stdin?.on('error', () => {})
    if (input !== undefined) child.stdin?.end(input)
  })
}
