import { parseSettings } from '@croft/protocol'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { Domain } from '../packages/server/src/main/compose.ts'
import { createDialects, mountDialects } from '../packages/server/src/main/dialects.ts'
import { createHttp } from '../packages/server/src/platform/http/index.ts'

// Routes and error tables are there before any handler runs, so there need be no domain behind them.
const domain = {} as Domain

/** Every dialect, for looking at; it can answer nothing. */
export const dialects = createDialects(domain, {
  originOf: () => 'http://localhost',
  createDb: { publicUrl: null },
})

/** The whole server with every route, without a database. */
export async function createOfflineServer() {
  const settings = parseSettings({ CROFT_CREATE_DB: 'on', CROFT_RATE_LIMIT: '0' })
  const app = createHttp({
    log: pino({ level: 'silent' }),
    settings,
    registry: new Registry(),
    ready: async () => ({}),
  })
  await mountDialects(app, domain, settings)
  await app.ready()
  return app
}
