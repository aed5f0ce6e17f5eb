import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { DesiredInstance, GatewayAddress } from '@croft/protocol'
import { parseSettings } from '@croft/protocol'
import { REGIONS } from '../src/domain/targets/index.ts'
import { compose, type Domain } from '../src/main/compose.ts'
import { createJobs } from '../src/main/jobs.ts'
import { connect } from '../src/platform/db/index.ts'
import { newId } from '../src/platform/ids/index.ts'
import { createLogger } from '../src/platform/log/index.ts'
import { startWorker } from '../src/platform/queue/index.ts'
import { type KeyRing, openKeyRing } from '../src/platform/secrets/index.ts'
import { createSignals } from '../src/platform/signals/index.ts'
import { createTestAccess, type TestAccess } from './access.ts'
import { createTestServer } from './database.ts'
import { type AgentScript, connectAgent, type ScriptedAgent, until } from './scripted-agent.ts'

export interface Platform extends TestAccess {
  readonly domain: Domain
  readonly targetId: string
  readonly ring: KeyRing
  /** Connects a scripted agent to this server, or to the one given; it leaves when the test ends. */
  agent(script?: AgentScript, at?: Domain): Promise<ScriptedAgent>
  /** A second server on the same metadata database. */
  another(): Promise<Domain>
  /** A job queue for a server, of two jobs at once. */
  work(at?: Domain): Promise<void>
}

const silent = createLogger({ name: 'test', level: 'silent' })

/** A control plane without HTTP: the domain on a real metadata database, and a target whose agent tests play. */
export async function createPlatform(
  t: TestContext,
  settings: Record<string, string> = {},
): Promise<Platform> {
  const given = await createTestAccess(t)
  const directory = await mkdtemp(join(tmpdir(), 'croft-platform-'))
  const ring = openKeyRing(join(directory, 'keys.json'), { create: true })
  const parsed = parseSettings({
    CROFT_PROVISION_WAIT_MS: '0',
    CROFT_DATA_DIR: directory,
    ...settings,
  })
  const stops: (() => void | Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })]
  t.after(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  function serve({ db, pool }: Pick<TestAccess, 'db' | 'pool'>): Domain {
    const signals = createSignals({ url: given.url, log: silent })
    const domain = compose({ settings: parsed, db, pool, signals, ring, log: silent, onAgentEvent: () => {} })
    stops.push(async () => {
      await domain.access.close()
      await signals.close()
    })
    return domain
  }

  const targetId = newId()
  await given.db
    .insertInto('targets')
    .values({
      id: targetId,
      name: 'local',
      kind: 'host',
      regions: REGIONS.map((region) => region.id),
      join_token_hash: Buffer.alloc(32),
    })
    .execute()
  const domain = serve(given)
  await until(() => domain.signals.connected())

  return {
    ...given,
    domain,
    targetId,
    ring,
    async agent(script, at = domain) {
      const agent = connectAgent(at.targets, targetId, script)
      stops.push(agent.leave)
      await until(() => agent.heard.some((message) => message.type === 'desired') || agent.closed())
      return agent
    },
    async another() {
      const connection = connect(given.url, { applicationName: 'croft test' })
      stops.push(connection.close)
      const other = serve(connection)
      await until(() => other.signals.connected())
      return other
    },
    async work(at = domain) {
      const pool = connect(given.url, { applicationName: 'croft test worker' })
      stops.push(pool.close)
      const worker = await startWorker({
        pool: pool.pool,
        jobs: createJobs(at),
        concurrency: 2,
        log: silent,
      })
      stops.push(worker.stop)
    },
  }
}

/** A database in the first workspace, as its API call leaves it. */
export async function createTestPostgres(platform: Platform, name = 'app') {
  const { domain, system, workspaces } = platform
  const { project, created } = await domain.projects.createProject(system, {
    workspaceId: workspaces[0].id,
    name,
    database: true,
  })
  if (!created) throw new Error('the project has no database')
  const { id: instanceId } = await platform.db
    .selectFrom('instances')
    .select('id')
    .where('database_id', '=', created.database.id)
    .executeTakeFirstOrThrow()
  return { id: created.database.id, projectId: project.id, instanceId, credential: created.credential }
}

export async function stateOf({ db }: Pick<Platform, 'db'>, id: string) {
  return db
    .selectFrom('databases')
    .select(['state', 'state_message as message'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** Waits until the database is in this state. */
export async function reached(platform: Pick<Platform, 'db'>, id: string, state: string): Promise<void> {
  await until(async () => (await stateOf(platform, id)).state === state)
}

/** A real PostgreSQL that stands for a host's gateway, and what gives it the roles that are wanted. */
export async function startGateway(t: TestContext) {
  const server = await createTestServer(t, 'tcp')
  const url = server.url('postgres')
  const { hostname, port } = new URL(url)
  const admin = connect(url, { applicationName: 'croft test', max: 1 })
  t.after(() => admin.close())
  const gateway: GatewayAddress = {
    engine: 'postgres',
    host: hostname,
    port: Number(port),
    sslmode: 'disable',
  }
  return {
    gateway,
    async makeRoles({ roles }: DesiredInstance): Promise<void> {
      for (const { name, verifier } of roles) {
        const { rows } = await admin.pool.query('select from pg_roles where rolname = $1', [name])
        const verb = rows.length > 0 ? 'alter' : 'create'
        await admin.pool.query(`${verb} role ${name} login password '${verifier}'`)
      }
    },
  }
}
