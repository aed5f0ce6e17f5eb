import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, type ProcessIdentity } from '../process/identity.ts'
import type { LogFile } from './log-file.ts'
import type { Exit, Program } from './program.ts'

export interface Child<Ready> {
  /** Null when it was gone before it could be looked at. */
  readonly identity: ProcessIdentity | null
  readonly group: number
  /** Settles at most once; never when the child dies before. */
  readonly ready: Promise<Ready>
  readonly exited: Promise<Exit>
}

// Output may outlive the process in a grandchild that holds the pipe; the last words come well before that.
const LAST_WORDS_MS = 300

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function watchReady<Ready>(child: ChildProcess, program: Program<Ready>, log: LogFile): Promise<Ready> {
  return new Promise((resolve) => {
    const offer = (message: unknown) => {
      const ready = program.parseReady(message)
      if (ready !== null) resolve(ready)
    }
    if (program.channel === 'ipc') {
      child.on('message', offer)
      child.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
    } else if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => offer(parseLine(line)))
    }
  })
}

/** Starts one incarnation of a program. Its stderr goes to the log. */
export function spawnChild<Ready>(program: Program<Ready>, log: LogFile): Child<Ready> {
  const { args, env } = program.invocation()
  const stdio = ['ignore', 'pipe', 'pipe'] as ('ignore' | 'pipe' | 'ipc')[]
  const child = spawn(process.execPath, args, {
    env,
    // A group of its own: a Ctrl-C on the terminal reaches the launcher only, which ends all in order.
    detached: true,
    stdio: program.channel === 'ipc' ? [...stdio, 'ipc'] : stdio,
  })
  child.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
  const exited = new Promise<Exit>((resolve) => {
    const end = async (exit: Exit) => {
      await Promise.race([new Promise((done) => child.once('close', done)), sleep(LAST_WORDS_MS)])
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve(exit)
    }
    child.once('exit', (code, signal) => void end({ code, signal }))
    child.once('error', (error) => {
      log.write(Buffer.from(`${error.message}\n`))
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
  })
  return {
    identity: child.pid === undefined ? null : identify(child.pid),
    group: child.pid ?? 0,
    ready: watchReady(child, program, log),
    exited,
  }
}
