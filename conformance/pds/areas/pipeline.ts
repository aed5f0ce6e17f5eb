import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type S3Server, startS3Server } from '../../harness/s3-server.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { type Backup, type Job, makeStore, type Named } from '../back-up.ts'
import {
  type ConnectionInfo,
  type Deployment,
  firstOf,
  type Page,
  remove,
  SERVICES,
  type Service,
  type Status,
  untilAvailable,
  write,
} from '../deploy.ts'
import { type Caller, makeTenant, type Pds } from '../pds.ts'
import { restoreJob, untilSucceeded } from '../restore.ts'

interface WithStatus extends Named {
  readonly status: string
}
interface DataService extends Named {
  readonly short_name: string
  readonly coming_soon: boolean
  readonly has_full_backup: boolean
}
interface BackupState {
  readonly deployment_target_id: string
  readonly state: string
  readonly error_message?: string
}
/** What a pipeline has looked up before it orders anything. */
interface Place {
  readonly by: Caller
  readonly tenantId: string
  readonly projectId: string
  readonly dnsZone: string | undefined
  readonly targetId: string
  readonly namespaceId: string
  readonly backupTargetId: string
}

const DATA = ['first', 'second', 'third']
const STEP_MS = 60_000

/** The one of this name, as pipelines look for what they need: in the whole list. */
async function named<Item extends Named>(by: Caller, path: string, name: string): Promise<Item> {
  const { data } = await by.ok<Page<Item>>(200, 'GET', path)
  const found = data.find((each) => each.name === name)
  return found ?? assert.fail(`${path} has no ${name}: ${data.map((each) => each.name).join(', ')}`)
}

/** From accounts to a place where deployments and their backups can be. */
async function findPlace(pds: Pds, account: string, s3: S3Server): Promise<Place> {
  // Only platform administrators may name stores at private addresses.
  const by = pds.admin
  const { id: accountId } = await named(by, '/api/accounts', account)
  const { id: tenantId } = await named(by, `/api/accounts/${accountId}/tenants`, 'Default')
  const of = (what: string) => `/api/tenants/${tenantId}/${what}`
  const dns = await by.ok<{ dns_zone?: string }>(200, 'GET', of('dns-details'))
  const { id: projectId } = await named(by, of('projects'), 'Default')
  const target = await waitUntil(
    () => named<WithStatus>(by, of('deployment-targets'), 'local'),
    ({ status }) => status === 'healthy',
    STEP_MS,
  )
  const namespace = await waitUntil(
    () => named<WithStatus>(by, `/api/deployment-targets/${target.id}/namespaces`, 'default'),
    ({ status }) => status === 'available',
    STEP_MS,
  )
  const backupTargetId = await makeStore(pds, s3, tenantId)
  await waitUntil(
    () => by.ok<Page<BackupState>>(200, 'GET', `/api/backup-targets/${backupTargetId}/states`),
    ({ data }) => {
      const state = data.find((each) => each.deployment_target_id === target.id)
      assert.notEqual(state?.state, 'failed_create', `the backup target failed: ${state?.error_message}`)
      return state?.state === 'successful'
    },
    STEP_MS,
  )
  return {
    by,
    tenantId,
    projectId,
    dnsZone: dns.dns_zone,
    targetId: target.id,
    namespaceId: namespace.id,
    backupTargetId,
  }
}

/** Templates by their names, then data service, version, image, and the order. */
async function order(place: Place, service: Service): Promise<Deployment> {
  const { by, tenantId } = place
  const dataService = await named<DataService>(by, '/api/data-services', service.name)
  assert.deepEqual(
    [dataService.short_name, dataService.coming_soon, dataService.has_full_backup],
    [service.short, false, true],
  )
  const template = (kind: string, name: string) =>
    named(by, `/api/tenants/${tenantId}/${kind}?data_service_id=${dataService.id}`, name)
  const resources = await template('resource-settings-templates', 'Small')
  const configuration = await template('application-configuration-templates', 'Default')
  const storage = await firstOf<Named>(by, `/api/tenants/${tenantId}/storage-options-templates`)
  const version = await firstOf<Named>(by, `/api/data-services/${dataService.id}/versions?enabled=true`)
  const image = await firstOf<Named>(by, `/api/versions/${version.id}/images?sort_by=-created_at`)
  return by.ok<Deployment>(201, 'POST', `/api/projects/${place.projectId}/deployments`, {
    name: `orders-${service.short}`,
    deployment_target_id: place.targetId,
    namespace_id: place.namespaceId,
    image_id: image.id,
    node_count: 1,
    service_type: 'ClusterIP',
    dns_zone: place.dnsZone ?? '',
    resource_settings_template_id: resources.id,
    application_configuration_template_id: configuration.id,
    storage_options_template_id: storage.id,
  })
}

/** An adhoc backup of a deployment, whose job has succeeded. */
async function backUp({ by, projectId, backupTargetId }: Place, deployment: Deployment): Promise<Job> {
  const backup = await by.ok<Backup>(201, 'POST', `/api/deployments/${deployment.id}/backups`, {
    backup_type: 'adhoc',
    backup_level: 'snapshot',
    backup_target_id: backupTargetId,
  })
  const job = await untilSucceeded(by, projectId, backup)
  assert.equal((await by.ok<Backup>(200, 'GET', `/api/backups/${backup.id}`)).state, 'created')
  return job
}

async function runPipeline(place: Place, service: Service): Promise<void> {
  const { by, tenantId } = place
  const deployment = await order(place, service)
  const path = (more = '') => `/api/deployments/${deployment.id}${more}`
  await untilAvailable(by, deployment.id)
  const expanded = await by.ok<{ deployment_manifest?: { status?: string } }>(
    200,
    'GET',
    path('?expand=deployment_manifest'),
  )
  assert.equal(expanded.deployment_manifest?.status, 'Available')
  const info = await by.ok<ConnectionInfo>(200, 'GET', path('/connection-info'))
  assert.deepEqual([info.connectionDetails.nodes.length, info.notReadyPods.length], [1, 0])
  for (const [index, value] of DATA.entries()) {
    assert.deepEqual(await write(by, deployment.id, service, value), DATA.slice(0, index + 1))
  }

  const job = await backUp(place, deployment)
  // Written after the backup: it must not be in what is restored.
  await write(by, deployment.id, service, 'later')
  const restoredId = await restoreJob(by, job, {
    name: `again-${service.short}`,
    deployment_target_id: place.targetId,
    namespace_id: place.namespaceId,
  })
  await untilAvailable(by, restoredId)
  assert.deepEqual(await write(by, restoredId, service, 'on the copy'), [...DATA, 'on the copy'])

  const { data_service_id, node_count } = deployment
  const larger = await by.ok<Named>(201, 'POST', `/api/tenants/${tenantId}/resource-settings-templates`, {
    name: 'Larger',
    data_service_id,
    cpu_request: '500m',
    cpu_limit: '2',
    memory_request: '512M',
    memory_limit: '2Gi',
    storage_request: '20Gi',
  })
  const resized = await by.ok<Deployment>(201, 'PUT', path(), {
    resource_settings_template_id: larger.id,
    node_count,
  })
  assert.equal(resized.resources.memory_limit, '2Gi')
  await untilAvailable(by, deployment.id)
  assert.deepEqual(await write(by, deployment.id, service, 'resized'), [...DATA, 'later', 'resized'])

  for (const id of [deployment.id, restoredId]) {
    await remove(by, id)
    const gone = await by.send<Status>('GET', `/api/deployments/${id}/status`)
    assert.equal(gone.status, 404)
  }
}

export function pipelineTests(pds: Pds): void {
  test('a pipeline: from an account to deployments, backups, restores and their end', {
    timeout: 240_000,
  }, async (t) => {
    const s3 = await startS3Server()
    t.after(() => s3.stop())
    const account = 'pipeline'
    await makeTenant(pds.croft, pds.admin, account)
    const place = await findPlace(pds, account, s3)
    const ends = await Promise.allSettled(
      SERVICES.map(async (service) => {
        await runPipeline(place, service).catch((cause: unknown) => {
          throw new Error(`${service.name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
        })
      }),
    )
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join('\n'))
  })
}
