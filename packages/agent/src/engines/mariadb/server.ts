import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../../host/run-as.ts'
import type { Server } from '../engine.ts'
import { createWhileRunning } from '../while-running.ts'
import { usualDatabase } from './access.ts'
import { createApplyRoles } from './apply-roles.ts'
import { copyServer } from './copy-server.ts'
import { createDamageWatch } from './damage-watch.ts'
import { readMark } from './mark.ts'
import { type ServerPlaces, socketOf } from './options.ts'
import type { Programs } from './programs.ts'
import { refuseWrites } from './refuse-writes.ts'
import { mariadbServer } from './server-kind.ts'
import type { StartedServer } from './start-server.ts'
import { readActivity, readSize, readStatements } from './statistics.ts'
import { corruption, verifyServer } from './verify-server.ts'

export interface ServerOptions extends ServerPlaces {
  readonly started: StartedServer
  readonly programs: Programs
  readonly runAs: RunAs | null
  readonly lineage: string
  readonly maxConnections: number
  readonly log: Logger
}

/** Sessions of the agent and of copies; MariaDB keeps one more for administrators. */
const reservedConnections = 6

/** A started MariaDB as the rest of the agent sees it. */
export function createServer(options: ServerOptions): Server {
  const { directory, runtimeDirectory, lineage, log } = options
  const { process, management, password } = options.started
  const path = socketOf(runtimeDirectory)
  const damage = createDamageWatch()
  process.log.listen(damage.line)
  const applyRoles = createApplyRoles(management)
  let roles: Promise<unknown> = Promise.resolve()
  const whileRunning = createWhileRunning(process)
  const startLsn = process.log.endOfLog() ?? `at ${Date.now()}`
  return {
    pid: process.pid,
    endpoint: { path },
    exited: process.exited,
    async stop(mode) {
      // Not waited for first: a server that hangs would never answer it.
      const closed = management.close()
      await process.stop(mode)
      await closed
      await rm(join(directory, mariadbServer.lockFile), { force: true })
    },
    applyRoles(wanted, connectionLimit, database = usualDatabase) {
      const { maxConnections } = options
      if (connectionLimit > maxConnections - reservedConnections) {
        log.warn({ connectionLimit, maxConnections }, 'more sessions allowed than fit')
      }
      const applied = roles.then(() => whileRunning(() => applyRoles(wanted, database)))
      roles = applied.catch(() => {})
      return applied
    },
    refuseWrites: (refuse) => whileRunning(() => refuseWrites(management, refuse)),
    activity: () => whileRunning(() => readActivity(management)),
    usage: () =>
      whileRunning(async () => ({
        sizeBytes: await readSize(directory),
        statements: await readStatements(management),
      })),
    onDamage: damage.listen,
    mark: () => whileRunning(async () => `${lineage}:${await readMark(management, directory, startLsn)}`),
    stream: (signal) => whileRunning(() => copyServer({ ...options, password }, signal)),
    verify: async (signal) => {
      try {
        return await whileRunning(() => verifyServer(management, { socket: path, password }, signal))
      } catch (error) {
        // Some damage ends the server that reads it.
        const page = damage.first()
        if (!page || signal.aborted) throw error
        throw corruption(
          page.database ?? 'mysql',
          page.relation ?? 'of MariaDB itself',
          'a page cannot be read',
          error,
        )
      }
    },
  }
}
