import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../../host/run-as.ts'
import type { Server } from '../engine.ts'
import { createWhileRunning } from '../while-running.ts'
import { agentRole } from './access.ts'
import { applyRoles } from './apply-roles.ts'
import { createDamageWatch } from './damage-watch.ts'
import { ensureDatabase } from './ensure-database.ts'
import { followLog, forgetLog } from './follow-log.ts'
import { streamCopy } from './incremental/stream-copy.ts'
import { trackChanges } from './incremental/track-changes.ts'
import { markLog, readLogPosition } from './log-position.ts'
import { openManagement } from './management.ts'
import { refuseWrites } from './refuse-writes.ts'
import type { StartedServer } from './start-server.ts'
import { createCounter, readActivity, readUsage, readWritten } from './statistics.ts'
import { verifyServer } from './verify/verify-server.ts'

export interface ServerOptions {
  readonly started: StartedServer
  readonly directory: string
  readonly major: number
  readonly runAs: RunAs | null
  readonly socketDirectory: string
  readonly lineage: string
  /** The server's `max_connections`. */
  readonly maxConnections: number
  readonly log: Logger
}

/** Slots that the agent, a backup's two sessions and PostgreSQL's reserve need beside clients. */
const reservedConnections = 8

/** A started PostgreSQL as the rest of the agent sees it. */
export function createServer(options: ServerOptions): Server {
  const { socketDirectory, lineage, log } = options
  const { process, management } = options.started
  const path = join(socketDirectory, '.s.PGSQL.5432')
  const count = createCounter()
  const openDatabase = (database: string) => openManagement({ socketDirectory, user: agentRole, database })
  const damage = createDamageWatch({ management, openDatabase, log })
  process.log.listen((line) => damage.line(line.text))
  let roles: Promise<unknown> = Promise.resolve()

  const whileRunning = createWhileRunning(process)
  return {
    pid: process.pid,
    endpoint: { path },
    exited: process.exited,
    async stop(mode) {
      // Not waited for first: a server that hangs would never answer it.
      const closed = management.close()
      await process.stop(mode)
      await closed
    },
    applyRoles(wanted, connectionLimit, databaseName) {
      if (connectionLimit > options.maxConnections - reservedConnections) {
        log.warn(
          { connectionLimit, maxConnections: options.maxConnections },
          'more sessions allowed than fit',
        )
      }
      const applied = roles.then(() =>
        whileRunning(async () => {
          await ensureDatabase(management, databaseName)
          await applyRoles(management, openDatabase, wanted)
        }),
      )
      roles = applied.catch(() => {})
      return applied
    },
    refuseWrites: (refuse) => whileRunning(() => refuseWrites({ ...options, management, refuse })),
    activity: () => whileRunning(() => readActivity(management)),
    usage: () =>
      whileRunning(async () => {
        const { sizeBytes, calls } = await readUsage(management)
        await damage.look()
        return { sizeBytes, statements: count(calls) }
      }),
    onDamage: damage.listen,
    mark: () => whileRunning(async () => `${lineage}:${await readWritten(management)}`),
    logPosition: () => whileRunning(() => readLogPosition(management)),
    followLog: (from) => whileRunning(() => followLog(path, agentRole, from)),
    forgetLog: () => whileRunning(() => forgetLog(path, agentRole)),
    markLog: (name) => whileRunning(() => markLog(management, name)),
    verify: (signal) => whileRunning(() => verifyServer(management, socketDirectory, signal)),
    stream: (signal, parent) =>
      whileRunning(() => streamCopy({ socketPath: path, user: agentRole, log }, signal, parent)),
    trackChanges: () => trackChanges({ ...options, management }),
  }
}
