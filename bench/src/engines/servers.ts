import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Croft } from '../../../conformance/harness/croft.ts'
import { processTree } from '../processes.ts'
import type { Measured } from './measured.ts'
import { openSession } from './sessions.ts'

const PATIENCE_MS = 60_000

interface RunningServer {
  readonly pid: number
  readonly socket: string
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** The servers of an engine that run below the agent, those of the warm pool too, by their command lines. */
export function serversOf(croft: Croft, { program }: Measured): RunningServer[] {
  const { agent } = croft.children()
  if (agent === undefined) return []
  return processTree(agent).flatMap((pid) => {
    const words = wordsOf(pid)
    // The dynamic loader may be what runs, with the program as one of its arguments.
    if (!words.some((word) => basename(word) === program)) return []
    const socket = words.flatMap((word, index) => {
      if (word === '--unixsocket') return words[index + 1] ?? []
      return /^--socket=(.+)$/.exec(word)?.[1] ?? []
    })[0]
    return socket === undefined ? [] : [{ pid, socket }]
  })
}

/** Waits until a server of the pool waits beside `running` others, and until the next directory is made, too. */
export async function waitWarm(croft: Croft, engine: Measured, running: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (serversOf(croft, engine).length < running + 1) {
    if (performance.now() > deadline) throw new Error(`The warm pool of ${engine.title} does not fill.`)
    await sleep(20)
  }
  await sleep(500)
}

/** The socket of the server that knows a login. */
export async function socketOf(croft: Croft, engine: Measured, connectionString: string): Promise<string> {
  for (const { socket } of serversOf(croft, engine)) {
    const session = await openSession(engine.name, { connectionString, socket }).catch(() => null)
    if (!session) continue
    await session.close()
    return socket
  }
  throw new Error(`No running ${engine.title} knows this login.`)
}
