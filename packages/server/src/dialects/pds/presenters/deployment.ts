import {
  type Deployment,
  type DeploymentReport,
  type Places,
  reportedStatusOf,
} from '../../../domain/deployments/index.ts'
import { timestamp } from '../timestamp.ts'
import { presentDeploymentTarget } from './deployment-target.ts'
import { presentNamespace } from './namespace.ts'

/** What is told of a deployment besides itself. */
export interface Expansion {
  readonly targets?: Places['targets']
  readonly namespaces?: Places['namespaces']
  readonly manifest?: { readonly report: DeploymentReport | undefined }
}

/** Shows deployments; each target and namespace is put into words once, however many are there. */
export function deploymentPresenter({ targets, namespaces, manifest }: Expansion = {}) {
  const shownTargets = new Map([...(targets ?? [])].map(([id, each]) => [id, presentDeploymentTarget(each)]))
  const shownNamespaces = new Map([...(namespaces ?? [])].map(([id, each]) => [id, presentNamespace(each)]))
  return (deployment: Deployment) => {
    const target = shownTargets.get(deployment.deploymentTargetId)
    const namespace = shownNamespaces.get(deployment.namespaceId)
    return {
      ...presentDeployment(deployment),
      ...(target === undefined ? {} : { deployment_target: target }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(manifest === undefined
        ? {}
        : { deployment_manifest: presentManifest(deployment, manifest.report) }),
    }
  }
}

function presentDeployment(deployment: Deployment) {
  const { serviceType, dnsZone, tlsIssuer, restoreId, error, resources } = deployment
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit, storageRequest } = resources
  return {
    id: deployment.id,
    account_id: deployment.organizationId,
    tenant_id: deployment.workspaceId,
    project_id: deployment.projectId,
    name: deployment.name,
    cluster_resource_name: deployment.clusterResourceName,
    deployment_target_id: deployment.deploymentTargetId,
    namespace_id: deployment.namespaceId,
    data_service_id: deployment.dataServiceId,
    version_id: deployment.versionId,
    image_id: deployment.imageId,
    node_count: deployment.nodeCount,
    state: deployment.state,
    ...(error === null ? {} : { error: { ...error } }),
    ...(serviceType === null ? {} : { service_type: serviceType }),
    ...(dnsZone === null ? {} : { dns_zone: dnsZone }),
    load_balancer_source_ranges: [...deployment.loadBalancerSourceRanges],
    configuration: { ...deployment.configuration },
    resources: {
      ...(cpuRequest === undefined ? {} : { cpu_request: cpuRequest }),
      ...(cpuLimit === undefined ? {} : { cpu_limit: cpuLimit }),
      ...(memoryRequest === undefined ? {} : { memory_request: memoryRequest }),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
      ...(storageRequest === undefined ? {} : { storage_request: storageRequest }),
    },
    storage_options: { ...deployment.storageOptions },
    initialize: 'Once',
    connection_details: {},
    tls_enabled: deployment.tlsEnabled,
    ...(tlsIssuer === null ? {} : { tls_issuer: tlsIssuer }),
    ...(restoreId === null ? {} : { restore_id: restoreId }),
    created_at: timestamp(deployment.createdAt),
    updated_at: timestamp(deployment.updatedAt),
  }
}

type Status = ReturnType<typeof reportedStatusOf>

/** A manifest has one word for what is going on and for how it is. */
function manifestStatus({ health, progress }: Status): string {
  if (health === 'Unknown') return health
  if (progress === 'Restoring' || progress === 'Failed') return progress
  return progress === 'Preparing' || progress === 'Deploying' || progress === 'Timeout' ? 'Deploying' : health
}

function restoreStatus({ restoreId }: Deployment, { progress }: Status): string {
  if (restoreId === null) return ''
  if (progress === 'Restoring') return 'RestoringDeployment'
  return progress === 'Failed' ? 'Failed' : 'Successful'
}

function presentManifest(deployment: Deployment, report: DeploymentReport | undefined) {
  const status = reportedStatusOf(deployment, report)
  const { health, replicas, readyReplicas, restoring } = status
  const { id, clusterResourceName: name, namespaceName: namespace } = deployment
  const times = report ?? {
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    reportedAt: null,
  }
  return {
    id: report?.id ?? id,
    deployment_id: id,
    ...{ health, status: manifestStatus(status), replicas, readyReplicas, restoring },
    restore_status: restoreStatus(deployment, status),
    manifest: report
      ? { ...report.manifest }
      : { metadata: { name, namespace }, status: { health, replicas, readyReplicas, restoring } },
    timestamp: timestamp(times.reportedAt ?? new Date()),
    created_at: timestamp(times.createdAt),
    updated_at: timestamp(times.updatedAt),
  }
}

/** Of a pod that serves, as the official suite asks for them. */
const CONDITIONS = ['PodScheduled', 'Initialized', 'Ready', 'ContainersReady'] as const

export function presentStatus(deployment: Deployment, report: DeploymentReport | undefined) {
  const { health, progress, initialized, replicas, readyReplicas, restoring, message } = reportedStatusOf(
    deployment,
    report,
  )
  const shown = report?.manifest.status
  const resources =
    typeof shown === 'object' && shown !== null && 'resources' in shown && isResources(shown.resources)
      ? shown.resources
      : podsOf(deployment, replicas).map((name, at) => ({
          resource: { apiGroup: '', kind: 'Pod', name },
          conditions: CONDITIONS.map((type) => ({
            type,
            status:
              health === 'Unknown'
                ? 'Unknown'
                : at < readyReplicas || type === 'PodScheduled'
                  ? 'True'
                  : 'False',
            ...(at < readyReplicas
              ? { reason: '', message: '' }
              : { reason: progress.replace(' ', ''), message: message ?? '' }),
          })),
        }))
  return { health, status: progress, initialized, replicas, readyReplicas, restoring, resources }
}

interface Resource {
  readonly resource: { apiGroup: string; kind: string; name: string }
  readonly conditions: { type: string; status: string; reason: string; message: string }[]
}

const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'string')

/** What an agent reported is shown as it is, where it is what clients read. */
function isResources(value: unknown): value is Resource[] {
  return (
    Array.isArray(value) &&
    value.every(
      (each: Partial<Resource> | null) =>
        hasTexts(each?.resource, ['apiGroup', 'kind', 'name']) &&
        Array.isArray(each?.conditions) &&
        each.conditions.every((condition) => hasTexts(condition, ['type', 'status', 'reason', 'message'])),
    )
  )
}

export const podsOf = ({ clusterResourceName }: Deployment, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${clusterResourceName}-${at}`)
