import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parseSettings } from '@croft/protocol'
import { registerAccount } from '../src/dialects/account/index.ts'
import { createCroftDialect } from '../src/dialects/croft/dialect.ts'
import { mountDialect } from '../src/dialects/dialect.ts'
import { registerOAuth } from '../src/dialects/prisma/oauth/index.ts'
import { compose } from '../src/main/compose.ts'
import { createJobs } from '../src/main/jobs.ts'
import { createLogger } from '../src/platform/log/index.ts'
import { startWorker } from '../src/platform/queue/index.ts'
import { openKeyRing } from '../src/platform/secrets/index.ts'
import { createSignals } from '../src/platform/signals/index.ts'
import { createTestAccess, createTestUser } from './access.ts'
import { buildHttp } from './http.ts'

export const PEOPLE_ORIGIN = 'https://croft.example.com'

/** Our own API, the login pages and the account pages on a real database, with an administrator of the platform. */
export async function createPeopleApp(t: TestContext, given: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'croft-people-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const setup = await createTestAccess(t)
  const { db, pool, url } = setup
  const log = createLogger({ name: 'test', level: 'silent' })
  const signals = createSignals({ url, log })
  t.after(() => signals.close())
  const settings = parseSettings({
    CROFT_DATA_DIR: directory,
    CROFT_PUBLIC_URL: PEOPLE_ORIGIN,
    ...given,
  })
  const ring = openKeyRing(join(directory, 'keys.json'), { create: true })
  const domain = compose({ settings, db, pool, signals, ring, log, onAgentEvent: () => {} })
  t.after(() => domain.access.close())
  const { access, people } = domain
  const { app, lines } = buildHttp(t, {
    checkResponses: true,
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 100_000 },
  })
  const originOf = () => PEOPLE_ORIGIN
  await mountDialect(app, createCroftDialect({ ...domain, idempotency: domain, originOf }))
  await registerOAuth(app, { access, originOf, loginElsewhere: people.hasProvider })
  await registerAccount(app, { access, people, originOf })

  const platform = { type: 'platform', id: null } as const
  const admin = await createTestUser({ ...setup, access }, 'admin@example.com', 'platform-admin', platform)
  return {
    ...setup,
    access,
    people,
    domain,
    app,
    lines,
    admin,
    /** A user with one role, as `createTestUser` makes it. */
    user: (email: string, role: string, scope: Parameters<typeof createTestUser>[3]) =>
      createTestUser({ ...setup, access }, email, role, scope),
    /** A job queue, of one job at a time. */
    async work() {
      const worker = await startWorker({ pool, jobs: createJobs(domain), concurrency: 1, log })
      t.after(() => worker.stop())
    },
  }
}
export type PeopleApp = Awaited<ReturnType<typeof createPeopleApp>>

export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** What the trail has of this, oldest first. */
export async function trail({ db }: Pick<PeopleApp, 'db'>, prefix: string): Promise<string[]> {
  const rows = await db.selectFrom('events').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action).filter((action) => action.startsWith(prefix))
}
