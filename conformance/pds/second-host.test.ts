import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type ExternalPostgres, startExternalPostgres } from '../faults/external-postgres.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { query } from '../harness/query.ts'
import { type S3Server, startS3Server } from '../harness/s3-server.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Backup, makeStore } from './back-up.ts'
import {
  type ConnectionInfo,
  connectionStringOf,
  type Deployment,
  deploy,
  firstOf,
  type Page,
  remove,
  SERVICES,
  type Status,
  untilAvailable,
  wishFor,
  write,
} from './deploy.ts'
import { type Caller, type Pds, setUp } from './pds.ts'
import { restoreJob, untilSucceeded } from './restore.ts'
import { openSecondHost, type SecondHost } from './second-host.ts'

interface State {
  readonly deployment_target_id: string
  readonly state: string
}
interface Target {
  readonly id: string
  readonly name: string
  readonly status: string
}

const NAME = 'second'
const JOIN_MS = 30_000
/** The control plane takes an agent for gone after two pings without an answer, each 10 s after the one before. */
const GONE_MS = 50_000
/** An agent that was cut off tries again every 10 s at the longest. */
const BACK_MS = 40_000
const POSTGRES = SERVICES.find(({ engine }) => engine === 'postgres') ?? assert.fail('PostgreSQL is served')

const dataDirectory = await newDataDirectory()
let metadata: ExternalPostgres
let host: SecondHost
let s3: S3Server
let croft: Croft
let pds: Pds

before(async () => {
  host = await openSecondHost()
  s3 = await startS3Server(host.firstAddress)
  metadata = await startExternalPostgres()
  croft = await startCroft(dataDirectory, {
    CROFT_DATABASE_URL: metadata.url,
    CROFT_HOST: host.firstAddress,
    CROFT_RATE_LIMIT: '0',
  })
  pds = await setUp(croft)
})
after(async () => {
  await host?.remove()
  await croft?.stop()
  await metadata?.stop()
  await s3?.stop()
  await removeDataDirectory(dataDirectory)
})

/** A host that serves no region: only what names it is placed there. */
async function makeJoinToken(): Promise<string> {
  const token = `cat_${randomBytes(24).toString('base64url')}`
  await query(
    metadata.url,
    `insert into croft.targets (id, name, kind, regions, join_token_hash)
     values (gen_random_uuid(), '${NAME}', 'host', '{}', sha256('${token}'))`,
  )
  return token
}

/** A backup target in a store that both hosts reach, once the target of this id can store there. */
async function makeReachableStore(tenantId: string, deploymentTargetId: string): Promise<string> {
  const id = await makeStore(pds, s3, tenantId)
  await waitUntil(
    () => pds.admin.ok<Page<State>>(200, 'GET', `/api/backup-targets/${id}/states`),
    ({ data }) =>
      data.some((each) => each.deployment_target_id === deploymentTargetId && each.state === 'successful'),
    JOIN_MS,
  )
  return id
}

/** Where a deployment names the target of this name. */
async function placeOn(by: Caller, tenantId: string, name: string) {
  const { id } = await firstOf<Target>(by, `/api/tenants/${tenantId}/deployment-targets?name=${name}`)
  const namespace = await firstOf<Target>(by, `/api/deployment-targets/${id}/namespaces?name=default`)
  return { deployment_target_id: id, namespace_id: namespace.id }
}

test('a second host: joined, deployed to, cut off and returned', { timeout: 180_000 }, async (t) => {
  t.diagnostic(`the second host is ${host.kind}`)
  const { first } = pds
  const { owner, tenantId, projectId } = first
  const path = (id: string, more = '') => `/api/deployments/${id}${more}`
  const statusOf = (id: string) => owner.ok<Status>(200, 'GET', path(id, '/status'))
  const targets = () => owner.ok<Page<Target>>(200, 'GET', `/api/tenants/${tenantId}/deployment-targets`)
  const hostStatus = async () =>
    (await targets()).data.find(({ name }) => name === NAME)?.status ?? 'not there'
  const untilHost = (wanted: string, timeoutMs: number) =>
    waitUntil(hostStatus, (status) => status === wanted, timeoutMs).catch((cause: unknown) => {
      throw new Error(`the second host did not become ${wanted}; its agent said:\n${host.output()}`, {
        cause,
      })
    })

  assert.equal(await hostStatus(), 'not there')
  host.join(croft.bootstrap.url, await makeJoinToken())
  await untilHost('healthy', JOIN_MS)

  const there = await placeOn(owner, tenantId, NAME)
  const here = await placeOn(owner, tenantId, 'local')
  assert.notEqual(there.deployment_target_id, here.deployment_target_id)
  const [away, near] = await Promise.all([
    deploy(first, POSTGRES.name, { name: 'far-away', ...there }),
    deploy(first, POSTGRES.name, { name: 'near', ...here }),
  ])
  for (const { id } of [away, near]) await untilAvailable(owner, id)
  const { connectionDetails } = await owner.ok<ConnectionInfo>(200, 'GET', path(away.id, '/connection-info'))
  assert.deepEqual(connectionDetails.nodes, [host.address])
  // Where both hosts are one, its gateway is another one.
  assert.notDeepEqual(
    [connectionDetails.nodes[0], connectionDetails.ports[POSTGRES.port]],
    [croft.bootstrap.postgres.host, croft.bootstrap.postgres.port],
  )
  assert.deepEqual(await write(owner, away.id, POSTGRES, 'before'), ['before'])
  assert.deepEqual(await write(owner, near.id, POSTGRES, 'before'), ['before'])

  const backupTargetId = await makeReachableStore(tenantId, there.deployment_target_id)

  await host.cutOff()
  // Nobody knows yet that it is away: what is ordered now is made when it is back.
  const late = await deploy(first, POSTGRES.name, { name: 'late', ...there })
  const backup = await owner.ok<Backup>(201, 'POST', path(away.id, '/backups'), {
    backup_type: 'adhoc',
    backup_target_id: backupTargetId,
  })
  await untilHost('unhealthy', GONE_MS)
  assert.equal((await statusOf(late.id)).health, 'Unknown')
  assert.equal((await statusOf(away.id)).health, 'Unknown')
  assert.equal((await statusOf(near.id)).health, 'Available')
  assert.deepEqual(await write(owner, near.id, POSTGRES, 'meanwhile'), ['before', 'meanwhile'])
  const wish = await wishFor(first, POSTGRES.name, there)
  for (const at of [`/api/projects/${projectId}/deployments`, '/api/deployments']) {
    const { message } = await owner.refused(422, 'POST', at, wish)
    assert.equal(message, `The deployment target ${NAME} is not healthy.`)
  }
  const changes = { application_configuration_overrides: { work_mem: '5MB' } }
  const changed = await owner.ok<Deployment>(201, 'PUT', path(away.id), changes)
  assert.equal(changed.configuration.work_mem, '5MB')

  await host.giveBack()
  await untilHost('healthy', BACK_MS)
  await untilAvailable(owner, away.id)
  assert.deepEqual(await write(owner, away.id, POSTGRES, 'after'), ['before', 'after'])
  const connectionString = await connectionStringOf(owner, away.id, POSTGRES)
  const [row] = await query(connectionString, 'show work_mem')
  assert.deepEqual(row, { work_mem: '5MB' }, 'what was changed meanwhile has reached the server')
  await untilAvailable(owner, late.id)
  assert.deepEqual(await write(owner, late.id, POSTGRES, 'new'), ['new'])
  const job = await untilSucceeded(owner, projectId, backup)
  const moved = await restoreJob(owner, job, { name: 'moved', ...here })
  await untilAvailable(owner, moved)
  const [one, ...more] = await write(owner, moved, POSTGRES, 'here')
  // The backup was begun when the host was back, so what was written then may be in it.
  assert.deepEqual([one, more.at(-1)], ['before', 'here'])
  const next = await deploy(first, POSTGRES.name, { name: 'next', ...there })
  await untilAvailable(owner, next.id)
  assert.deepEqual(await write(owner, next.id, POSTGRES, 'new'), ['new'])
  for (const id of [away.id, near.id, late.id, next.id, moved]) await remove(owner, id)
})
