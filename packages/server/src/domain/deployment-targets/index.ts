import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { createDeploymentTarget, type NewDeploymentTarget } from './create-target.ts'
import { deleteDeploymentTarget } from './delete-target.ts'
import type { NamespaceStatus } from './entities.ts'
import { type Heartbeat, noteHeartbeat } from './heartbeat.ts'
import { type DeploymentTargetFilter, listDeploymentTargets, listProjectTargets } from './list-targets.ts'
import { createNamespace } from './namespaces/create-namespace.ts'
import { deleteNamespace } from './namespaces/delete-namespace.ts'
import { listNamespaces, type NamespaceFilter } from './namespaces/list-namespaces.ts'
import { requireNamespace } from './namespaces/read-namespaces.ts'
import { updateNamespace } from './namespaces/update-namespace.ts'
import { requireDeploymentTarget } from './read-targets.ts'
import { type MetadataReport, reportCapabilities, reportMetadata } from './report-target.ts'
import { type DeploymentTargetChanges, updateDeploymentTarget } from './update-target.ts'

export { CAPABILITIES, type Capabilities, capabilityOf } from './capabilities.ts'
export { assertReports } from './check-reporter.ts'
export { checkStorable } from './check-storable.ts'
export { DEFAULT_NAMESPACE, ensureHosts } from './ensure-hosts.ts'
export type { DeploymentTarget, Namespace, NamespaceStatus } from './entities.ts'
export { defaultPlace, findPlace, type Place, type WantedPlace } from './find-place.ts'
export { METADATA, type TargetMetadata } from './metadata.ts'
export { selectNamespaces, toNamespace } from './namespaces/read-namespaces.ts'
export {
  deploymentTargetFields,
  requireDeploymentTarget,
  selectDeploymentTargets,
  toDeploymentTarget,
} from './read-targets.ts'
export { isHealthy, isHostHealthy } from './status.ts'

/** Where deployments can go, and the namespaces there. */
export function createDeploymentTargets({ db }: { readonly db: Db }) {
  return {
    listDeploymentTargets: (
      call: Call,
      workspaceId: string,
      filter: DeploymentTargetFilter,
      page: SortedPageRequest,
    ) => listDeploymentTargets(db, call, workspaceId, filter, page),
    listProjectTargets: (
      call: Call,
      projectId: string,
      filter: DeploymentTargetFilter,
      page: SortedPageRequest,
    ) => listProjectTargets(db, call, projectId, filter, page),
    createDeploymentTarget: (call: Call, input: NewDeploymentTarget) =>
      createDeploymentTarget(db, call, input),
    getDeploymentTarget: (call: Call, id: string) => requireDeploymentTarget(db, call, id),
    updateDeploymentTarget: (call: Call, id: string, changes: DeploymentTargetChanges) =>
      updateDeploymentTarget(db, call, id, changes),
    deleteDeploymentTarget: (call: Call, id: string) => deleteDeploymentTarget(db, call, id),
    /** For those who may report for the target. */
    requireReporter: (call: Call, id: string) => requireDeploymentTarget(db, call, id, 'update'),

    noteHeartbeat: (call: Call, beat: Heartbeat) => noteHeartbeat(db, call, beat),
    reportMetadata: (call: Call, report: MetadataReport) => reportMetadata(db, call, report),
    reportCapabilities: (
      call: Call,
      report: { readonly id: string; readonly capabilities: Readonly<Record<string, unknown>> },
    ) => reportCapabilities(db, call, report),

    listNamespaces: (
      call: Call,
      deploymentTargetId: string,
      filter: NamespaceFilter,
      page: SortedPageRequest,
    ) => listNamespaces(db, call, deploymentTargetId, filter, page),
    createNamespace: (call: Call, input: { readonly deploymentTargetId: string; readonly name: string }) =>
      createNamespace(db, call, input),
    getNamespace: (call: Call, id: string) => requireNamespace(db, call, id),
    updateNamespace: (call: Call, id: string, changes: { readonly status?: NamespaceStatus | undefined }) =>
      updateNamespace(db, call, id, changes),
    deleteNamespace: (call: Call, id: string) => deleteNamespace(db, call, id),
  }
}
export type DeploymentTargets = ReturnType<typeof createDeploymentTargets>
