import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../../host/run-as.ts'
import type { Programs } from '../debian/package-set.ts'
import type { Server } from '../engine.ts'
import { killAll } from '../server-lock.ts'
import { createWhileRunning } from '../while-running.ts'
import { createApplyRoles } from './apply-roles.ts'
import { copySnapshot } from './copy-server.ts'
import { socketOf } from './options.ts'
import { createRefuseWrites } from './refuse-writes.ts'
import { redisServer } from './server-kind.ts'
import type { StartedServer } from './start-server.ts'
import { readActivity, readUsage, readWritten } from './statistics.ts'
import { syncAppends } from './sync-appends.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { verifyServer } from './verify-server.ts'

export interface ServerOptions {
  readonly started: StartedServer
  readonly programs: Programs
  readonly directory: string
  readonly runtimeDirectory: string
  readonly lineage: string
  /** Sessions of clients that the server takes. */
  readonly maxClients: number
  readonly scratch: boolean
  readonly runAs: RunAs | null
  readonly log: Logger
}

/** A started Redis as the rest of the agent sees it. */
export function createServer(options: ServerOptions): Server {
  const { programs, directory, lineage, runAs, log } = options
  const { process, management } = options.started
  const whileRunning = createWhileRunning(process)
  const lane = createLane()
  const copies = createLane()
  let size: { written: string; bytes: number } | undefined
  let statements = 0

  if (!options.scratch) void process.exited.then(syncAppends(directory, log))
  // A save or a rewrite of a killed server goes on without it, and would put its old file in the place of a new one.
  const childless = process.exited
    .then(async ({ code }) => {
      if (code !== 0) await killAll(directory, redisServer)
      return true
    })
    .catch((err: unknown) => {
      log.debug({ err }, 'a child of a server may be left; the next start ends it')
      return false
    })
  const applyRoles = createApplyRoles(management, process.log, () => process.stop('immediate'))
  const refuseWrites = createRefuseWrites(management)
  const written = () => readWritten(management, directory)
  return {
    pid: process.pid,
    endpoint: { path: socketOf(options.runtimeDirectory) },
    exited: process.exited,
    async stop(mode) {
      const closed = management.close()
      await process.stop(mode)
      await closed
      // Not after a crash: its next start finds by it what may still run.
      if (await childless) await rm(join(directory, redisServer.lockFile), { force: true })
    },
    applyRoles(roles, connectionLimit) {
      if (connectionLimit > options.maxClients) {
        log.warn({ connectionLimit, maxclients: options.maxClients }, 'more sessions allowed than fit')
      }
      return lane(() => whileRunning(() => applyRoles(roles)))
    },
    refuseWrites: (refuse) => whileRunning(() => refuseWrites(refuse)),
    activity: () => whileRunning(() => readActivity(management)),
    usage: () =>
      whileRunning(async () => {
        const now = await written()
        const usage = await readUsage(management)
        // The figure trembles with sessions and buffers; without a write, the data is as large as before.
        if (size?.written !== now) size = { written: now, bytes: usage.sizeBytes }
        statements = Math.max(statements, usage.statements)
        return { sizeBytes: size.bytes, statements }
      }),
    mark: () => whileRunning(async () => `${lineage}:${await written()}`),
    stream: (signal) =>
      copies(() =>
        whileRunning(async () => {
          signal.throwIfAborted()
          await takeSnapshot(management, process.log, signal)
          return await copySnapshot(directory, signal)
        }),
      ),
    verify: (signal) => whileRunning(() => verifyServer({ management, programs, directory, runAs }, signal)),
  }
}

/** One piece of work at a time, in the order it came. */
function createLane(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
