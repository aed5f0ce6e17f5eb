import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parseSettings } from '@croft/protocol'
import { mountDialect } from '../src/dialects/dialect.ts'
import { compose } from '../src/main/compose.ts'
import { createDialects } from '../src/main/dialects.ts'
import { createLogger } from '../src/platform/log/index.ts'
import { openKeyRing } from '../src/platform/secrets/index.ts'
import { createSignals } from '../src/platform/signals/index.ts'
import { createTestAccess } from './access.ts'
import { buildHttp } from './http.ts'

/** Every dialect on the real domain and a real database, with a service token for each of two workspaces. */
export async function createPrismeaiApp(t: TestContext, changes: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'croft-prismeai-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const given = await createTestAccess(t)
  const { access, url, system, workspaces } = given
  const log = createLogger({ name: 'test', level: 'silent' })
  const signals = createSignals({ url, log })
  t.after(() => signals.close())
  const settings = parseSettings({ CROFT_PROVISION_WAIT_MS: '0', CROFT_DATA_DIR: directory, ...changes })
  const ring = openKeyRing(join(directory, 'keys.json'), { create: true })
  const domain = compose({
    settings,
    db: given.db,
    pool: given.pool,
    signals,
    ring,
    log,
    onAgentEvent: () => {},
  })
  t.after(() => domain.access.close())
  const { app, lines } = buildHttp(t, {
    checkResponses: true,
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 1_048_576 },
  })
  for (const dialect of createDialects(domain, { originOf: () => 'http://127.0.0.1:7400', createDb: null }))
    await mountDialect(app, dialect)
  const [acme, other] = workspaces
  const tokenOf = async (workspaceId: string) =>
    (await access.createServiceToken(system, { workspaceId, name: 'test' })).value
  const token = await tokenOf(acme.id)
  const otherToken = await tokenOf(other.id)

  /** Sends a request as the token, a key, both or nobody. */
  async function send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    { body, as, key }: { body?: unknown; as?: string | null; key?: string } = {},
  ): Promise<{ status: number; body: Json }> {
    const bearer = as === undefined && key === undefined ? token : as
    const response = await app.inject({
      method,
      url: path.replace('{ws}', acme.id).replace('{other}', other.id),
      headers: {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(key === undefined ? {} : { 'x-prismeai-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    return { status: response.statusCode, body: JSON.parse(response.body || 'null') }
  }

  /** Makes a key with these rules; answers its value. */
  async function makeKey(rules: unknown[], as = token, ws = acme.id): Promise<string> {
    const answer = await send('POST', `/v2/workspaces/${ws}/security/apikeys`, {
      body: { name: 'k', rules },
      as,
    })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return String(answer.body.apiKey)
  }
  return { ...given, app, lines, domain, acme, other, token, otherToken, send, makeKey }
}
export type Json = Record<string, unknown> & {
  readonly error?: string
  readonly message?: string
  readonly details?: unknown
}
export type PrismeaiApp = Awaited<ReturnType<typeof createPrismeaiApp>>
