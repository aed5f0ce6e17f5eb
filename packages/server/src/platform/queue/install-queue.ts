import { Logger, runMigrations } from 'graphile-worker'
import type pg from 'pg'

/** Creates or upgrades the queue's own schema, `graphile_worker`. The caller holds the migration lock. */
export async function installQueue(pool: pg.Pool): Promise<void> {
  await runMigrations({ pgPool: pool, schema: 'graphile_worker', logger: new Logger(() => () => undefined) })
}
