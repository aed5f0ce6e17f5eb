import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { withClient } from '../engines/clients.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Caller, Tenant } from './pds.ts'

export interface Deployment {
  readonly id: string
  readonly name: string
  readonly state: 'pending' | 'created' | 'failed'
  readonly cluster_resource_name: string
  readonly data_service_id: string
  readonly version_id: string
  readonly image_id: string
  readonly deployment_target_id: string
  readonly namespace_id: string
  readonly node_count: number
  readonly configuration: Readonly<Record<string, string>>
  readonly resources: Readonly<Record<string, string>>
  readonly tls_enabled: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly error?: { readonly message: string }
}
export interface Status {
  readonly health: string
  readonly status: string
  readonly replicas: number
  readonly readyReplicas: number
  readonly resources: readonly {
    readonly resource: { readonly kind: string; readonly name: string }
    readonly conditions: readonly { readonly type: string; readonly status: string }[]
  }[]
}
export interface ConnectionInfo {
  readonly connectionDetails: {
    readonly nodes: readonly string[]
    readonly ports: Readonly<Record<string, number>>
  }
  readonly clusterDetails: Readonly<Record<string, unknown>>
  readonly pods: readonly { readonly name: string }[]
  readonly notReadyPods: readonly { readonly name: string }[]
}
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}
interface Named {
  readonly id: string
  readonly name: string
}

interface Image {
  readonly id: string
  readonly data_service_id: string
}

/** A data service that Croft runs, and what its operator calls things. */
export interface Service {
  readonly name: string
  readonly short: string
  readonly engine: 'postgres' | 'mariadb' | 'redis'
  readonly port: string
  readonly scheme: string
}
export const SERVICES: readonly Service[] = [
  { name: 'PostgreSQL', short: 'pg', engine: 'postgres', port: 'postgresql', scheme: 'postgres' },
  { name: 'MySQL', short: 'my', engine: 'mariadb', port: 'mysql', scheme: 'mysql' },
  { name: 'Redis', short: 'red', engine: 'redis', port: 'redis', scheme: 'redis' },
]

/** The first of a list, which is not empty. */
export async function firstOf<Item>(by: Caller, path: string): Promise<Item> {
  const { data } = await by.ok<Page<Item>>(200, 'GET', path)
  return data[0] ?? assert.fail(`${path} is empty`)
}

/** The tenant's view of the one host, and the namespace that is always there. */
export async function hostOf({
  owner,
  tenantId,
}: Tenant): Promise<{ targetId: string; namespaceId: string }> {
  const { id: targetId } = await firstOf<Named>(owner, `/api/tenants/${tenantId}/deployment-targets`)
  const namespaces = `/api/deployment-targets/${targetId}/namespaces?name=default`
  return { targetId, namespaceId: (await firstOf<Named>(owner, namespaces)).id }
}

/** An image that can be deployed; of a data service that none can be, any. */
export async function imageOf(by: Caller, service: string): Promise<Image> {
  const { id } = await firstOf<Named>(by, `/api/data-services?name=${encodeURIComponent(service)}`)
  const { data } = await by.ok<Page<Named>>(200, 'GET', `/api/data-services/${id}/versions?enabled=true`)
  const [version] = data
  return firstOf(by, version ? `/api/versions/${version.id}/images` : `/api/images?data_service_id=${id}`)
}

/** A body that is right for a deployment on the host, with the tenant's own templates. */
export async function wishFor(
  tenant: Tenant,
  service: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const { owner, tenantId } = tenant
  const { targetId, namespaceId } = await hostOf(tenant)
  const image = await imageOf(owner, service)
  const template = async (kind: string, name: string) =>
    (
      await firstOf<Named>(
        owner,
        `/api/tenants/${tenantId}/${kind}?data_service_id=${image.data_service_id}&name=${name}`,
      )
    ).id
  return {
    name: `d-${randomUUID().slice(0, 8)}`,
    deployment_target_id: targetId,
    namespace_id: namespaceId,
    image_id: image.id,
    node_count: 1,
    service_type: 'ClusterIP',
    resource_settings_template_id: await template('resource-settings-templates', 'Small'),
    application_configuration_template_id: await template('application-configuration-templates', 'Default'),
    storage_options_template_id: (
      await firstOf<Named>(owner, `/api/tenants/${tenantId}/storage-options-templates`)
    ).id,
    ...changes,
  }
}

export async function deploy(
  tenant: Tenant,
  service: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Deployment> {
  const { owner, projectId } = tenant
  const wish = await wishFor(tenant, service, changes)
  return owner.ok<Deployment>(201, 'POST', `/api/projects/${projectId}/deployments`, wish)
}

/** Waits until it is there as a pipeline does, and answers its status. */
export const untilAvailable = (by: Caller, id: string): Promise<Status> =>
  waitUntil(
    () => by.ok<Status>(200, 'GET', `/api/deployments/${id}/status`),
    ({ health, status }) => health === 'Available' && status === 'Deployed',
  )

/** The string that the engine's own clients take, made of what the API says of a deployment. */
export async function connectionStringOf(
  by: Caller,
  id: string,
  { scheme, port, engine }: Service,
): Promise<string> {
  const info = await by.ok<ConnectionInfo>(200, 'GET', `/api/deployments/${id}/connection-info`)
  const { password } = await by.ok<{ password: string }>(200, 'GET', `/api/deployments/${id}/credentials`)
  const { user, database } = info.clusterDetails
  const node = `${info.connectionDetails.nodes[0]}:${info.connectionDetails.ports[port]}`
  const tls = String(info.clusterDetails.connectionString).includes('sslmode=require')
    ? '?sslmode=no-verify'
    : ''
  return `${scheme}://${user}:${password}@${node}/${database}${engine === 'postgres' ? tls : ''}`
}

/** Writes through the engine's own client, and answers all that was ever written. */
export async function write(by: Caller, id: string, service: Service, value: string): Promise<string[]> {
  const connectionString = await connectionStringOf(by, id, service)
  return withClient(service.engine, connectionString, async (client) => {
    await client.write(value)
    return client.read()
  })
}

export async function remove(by: Caller, id: string): Promise<void> {
  await by.ok(202, 'DELETE', `/api/deployments/${id}`)
  await by.refused(404, 'GET', `/api/deployments/${id}`)
}
