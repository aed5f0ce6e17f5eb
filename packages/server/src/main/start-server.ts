import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { Settings } from '@croft/protocol'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { fillKeys, readCron } from '../domain/backups/index.ts'
import { PURGE_QUARANTINED_JOB } from '../domain/databases/index.ts'
import { connect, migrate, underLock, waitForDatabase } from '../platform/db/index.ts'
import { createHttp } from '../platform/http/index.ts'
import { addJob, installQueue, startWorker } from '../platform/queue/index.ts'
import { openKeyRing, usedKeys } from '../platform/secrets/index.ts'
import { createSignals } from '../platform/signals/index.ts'
import { bootstrap } from './bootstrap.ts'
import { CannotStart } from './cannot-start.ts'
import { compose, keyRingPath } from './compose.ts'
import { mountDialects } from './dialects.ts'
import { createCron, createJobs } from './jobs.ts'
import { createPlatformMetrics } from './metrics.ts'

export interface RunningServer {
  /** The origin clients use. */
  readonly url: string
  /** What it listens on, whatever stands before it. */
  readonly port: number
  /** Path of bootstrap.json, when this process looks after it. */
  readonly bootstrap: string | null
  stop(): Promise<void>
}

const POOL = 20
const JOBS_AT_ONCE = 10
const DRAIN_MS = 5000
const DATABASE_WAIT_MS = 60_000
/** Held while what a first start makes is made; any number that no other user of the database takes. */
export const BOOTSTRAP_LOCK = 7_400_002

/** Runs the API and a worker in this process. Several may run on one metadata database. */
export async function startServer(
  settings: Settings,
  log: Logger,
  options: { launched: boolean },
): Promise<RunningServer> {
  const databaseUrl = settings.CROFT_DATABASE_URL
  if (databaseUrl === undefined) {
    throw new Error('CROFT_DATABASE_URL is not set: use "croft start", which runs a PostgreSQL for it')
  }
  try {
    readCron(settings.CROFT_BACKUP_SCHEDULE)
  } catch {
    throw new CannotStart(
      'CROFT_BACKUP_SCHEDULE is not a cron expression: five fields in UTC, e.g. "0 3 * * *".',
    )
  }
  const connection = connect(databaseUrl, { max: POOL, applicationName: 'croft-server', log })
  const { db, pool } = connection
  await waitForDatabase(databaseUrl, DATABASE_WAIT_MS)
  await migrate(pool, { also: installQueue })

  const sealed = await usedKeys(db)
  // A new ring beside secrets of a lost one would hide that they cannot be opened any more.
  const ring = openKeyRing(keyRingPath(settings), { create: sealed.size === 0 })
  const signals = createSignals({ url: databaseUrl, log })
  const registry = new Registry()
  const { onAgentEvent } = createPlatformMetrics(registry, db)
  const domain = compose({ settings, db, pool, signals, ring, log, onAgentEvent })

  await fillKeys(domain, domain.defaults.backupEncryption)

  // It listens before that, since bootstrap.json tells the port.
  let started = false
  const app = createHttp({
    log,
    settings,
    registry,
    ready: async () => ({
      database: await sql`select 1`.execute(db).then(
        () => true,
        () => false,
      ),
      signals: signals.connected(),
      started,
    }),
    checkResponses: settings.CROFT_CHECK_RESPONSES === 'on',
    onFailure: domain.events.noteFailure,
  })
  await mountDialects(app, domain, settings)
  const { CROFT_HOST: host, CROFT_PORT: port } = settings
  await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new CannotStart(`Port ${port} of ${host} is taken; choose another one for the API with CROFT_PORT.`)
  })
  const url = settings.CROFT_PUBLIC_URL ?? originOf(settings.CROFT_HOST, portOf(app.server.address()))

  const bootstrapPath = await underLock(pool, BOOTSTRAP_LOCK, async () => {
    const initialized = await db.selectFrom('workspaces').select('id').limit(1).executeTakeFirst()
    if (initialized && !options.launched) return null
    return await bootstrap({
      db,
      access: domain.access,
      dataDirectory: resolve(settings.CROFT_DATA_DIR),
      adminEmail: settings.CROFT_ADMIN_EMAIL,
      url,
      sharedMetadata: !isOnSocket(databaseUrl),
    })
  })
  const worker = await startWorker({
    pool,
    jobs: createJobs(domain),
    cron: createCron(),
    concurrency: JOBS_AT_ONCE,
    log,
  })
  // Quarantines end while nothing runs, too.
  await addJob(db, PURGE_QUARANTINED_JOB, {}, { key: PURGE_QUARANTINED_JOB })
  const stopSealing = domain.events.holdSealing()
  started = true
  log.info({ url }, 'the server runs')

  return {
    url,
    port: portOf(app.server.address()),
    bootstrap: bootstrapPath,
    async stop() {
      // Agents are cut off by draining, so what waits for one would wait in vain, and be cut off in turn.
      signals.endWaits()
      await app.drain(DRAIN_MS)
      await worker.stop()
      await stopSealing()
      await domain.events.close()
      await domain.access.close()
      await signals.close()
      await connection.close()
    },
  }
}

/** As the launcher's own metadata server is, which nobody else uses. */
function isOnSocket(url: string): boolean {
  return /[?&]host=(\/|%2f)/i.test(url)
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** An address that stands for all of them is none to dial. */
function originOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
