import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { CommandFailed, runCommand } from '../../host/run-command.ts'
import type { Programs } from '../debian/package-set.ts'
import { appendDirectory, manifestName } from './data-directory.ts'
import type { Management } from './management.ts'

export interface VerifyOptions {
  readonly management: Management
  readonly programs: Programs
  readonly directory: string
  readonly runAs: RunAs | null
}

const timeoutMs = 60 * 60_000
/** A file is no fault that grew while it was read, or that a rewrite has removed. */
const tries = 4

/**
 * Reads all files of the data with Redis' own checker, the snapshot's checksum included, and counts what the server has
 * loaded from them. Throws `AgentFault` `data-corrupt`, and the reason of `signal`.
 */
export async function verifyServer(
  { management, programs, directory, runAs }: VerifyOptions,
  signal: AbortSignal,
): Promise<{ relations: number; databases: number }> {
  const manifest = join(directory, appendDirectory, manifestName)
  for (let left = tries - 1; ; left--) {
    try {
      const options = { user: runAs, cwd: directory, timeoutMs, env: programs.env, signal }
      await runCommand(programs.path('redis-check-aof'), [manifest], options)
      break
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof CommandFailed)) throw error
      if (left === 0) {
        const message = "The files of the database are damaged: Redis' own check of them failed."
        throw new AgentFault('data-corrupt', message, { cause: new Error(error.output) })
      }
    }
    await delay(200, undefined, { signal })
  }
  const keyspace = await management.info('keyspace')
  const counts = [...keyspace.values()].map((value) => Number(/keys=(\d+)/.exec(value)?.[1] ?? 0))
  return { relations: counts.reduce((sum, count) => sum + count, 0), databases: counts.length }
}
