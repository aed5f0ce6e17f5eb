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
}

const outputLimit = 4 * 1024 * 1024

/** Runs a command to its end, with an environment of its own. Throws `CommandFailed`, also for a timeout. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<void> {
  const { user, cwd, timeoutMs } = options
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      {
        cwd,
        ...asUser(user),
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: outputLimit,
        env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (!error) return resolve()
        const reason = error.killed
          ? `no end after ${timeoutMs} ms`
          : (error.code ?? error.signal ?? 'unknown')
        reject(new CommandFailed(command, String(reason), `${stdout}${stderr}`.slice(-4000)))
      },
    )
  })
}
