import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parseSettings } from '@croft/protocol'
import { mountDialect } from '../src/dialects/dialect.ts'
import { createPrismaDialect } from '../src/dialects/prisma/index.ts'
import { registerOAuth } from '../src/dialects/prisma/oauth/index.ts'
import { REGIONS } from '../src/domain/targets/index.ts'
import { compose } from '../src/main/compose.ts'
import { newId } from '../src/platform/ids/index.ts'
import { createLogger } from '../src/platform/log/index.ts'
import { openKeyRing } from '../src/platform/secrets/index.ts'
import { createSignals } from '../src/platform/signals/index.ts'
import { createTestAccess, type TestAccess } from './access.ts'
import { buildHttp } from './http.ts'

export const ORIGIN = 'http://127.0.0.1:7400'

/** A host that has said hello and does nothing: databases stay `provisioning` unless the test says otherwise. */
async function insertTarget(db: TestAccess['db']): Promise<void> {
  const now = new Date()
  await db
    .insertInto('targets')
    .values({
      id: newId(),
      name: 'local',
      kind: 'host',
      regions: REGIONS.map((region) => region.id),
      join_token_hash: Buffer.alloc(32),
      connected_at: now,
      last_seen_at: now,
      agent: {
        hostname: 'test',
        agentVersion: '0',
        engines: [{ engine: 'postgres', version: '18', installed: true }],
        gateways: [{ engine: 'postgres', host: '127.0.0.1', port: 7432, sslmode: 'disable' }],
      },
    })
    .execute()
}

/** The Prisma dialect on the real domain and a real database, with a service token for each of two workspaces. */
export async function createPrismaApp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'croft-prisma-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const given = await createTestAccess(t)
  const { access, db, url, system, workspaces } = given
  await insertTarget(db)
  const log = createLogger({ name: 'test', level: 'silent' })
  const signals = createSignals({ url, log })
  t.after(() => signals.close())
  const settings = parseSettings({ CROFT_PROVISION_WAIT_MS: '0', CROFT_DATA_DIR: directory })
  const ring = openKeyRing(join(directory, 'keys.json'), { create: true })
  const domain = compose({ settings, db, pool: given.pool, signals, ring, log, onAgentEvent: () => {} })
  t.after(() => domain.access.close())
  const { app, lines } = buildHttp(t, { checkResponses: true })
  const originOf = () => ORIGIN
  await mountDialect(
    app,
    createPrismaDialect({ deps: domain, idempotency: domain, originOf, createDb: { publicUrl: null } }),
  )
  await registerOAuth(app, { access, originOf })
  const [acme, other] = workspaces
  const tokenOf = async (workspaceId: string) =>
    (await access.createServiceToken(system, { workspaceId, name: 'test' })).value
  return {
    ...given,
    app,
    lines,
    domain,
    acme,
    other,
    token: await tokenOf(acme.id),
    otherToken: await tokenOf(other.id),
  }
}
export type PrismaApp = Awaited<ReturnType<typeof createPrismaApp>>
