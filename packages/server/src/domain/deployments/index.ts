import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { getConnection, showPassword } from './connection.ts'
import { createDeployment, type DeploymentDeps } from './create-deployment.ts'
import { deleteDeployment } from './delete-deployment.ts'
import type { Deployment } from './deployment.ts'
import type { DeploymentWish } from './deployment-wish.ts'
import { type DeploymentFilter, listDeployments } from './list-deployments.ts'
import { placesOf } from './places-of.ts'
import { findReport } from './reported.ts'
import { lastSynced } from './reports/last-synced.ts'
import { listDeploymentEvents } from './reports/list-events.ts'
import { type ManifestReport, updateManifest } from './reports/update-manifest.ts'
import { type EventsReport, uploadEvents } from './reports/upload-events.ts'
import { requireDeployment } from './require-deployment.ts'
import { type DeploymentChanges, updateDeployment } from './update-deployment.ts'

export type { Connection } from './connection.ts'
export { type Also, authorizePaper, createDeployment, type DeploymentDeps } from './create-deployment.ts'
export { deleteDeployment } from './delete-deployment.ts'
export type { DeployedDatabase, Deployment, DeploymentState, ScheduledBackup } from './deployment.ts'
export type { DeploymentSetup, DeploymentWish, TemplateChoice } from './deployment-wish.ts'
export { type DeploymentScope, ensureDeployments } from './ensure-deployments.ts'
export { DEPLOYMENT_SORTS } from './list-deployments.ts'
export type { Places } from './places-of.ts'
export { findDeployment, selectDeployments, toDeployment } from './read-deployments.ts'
export { type DeploymentReport, findReport, reportedStatusOf } from './reported.ts'
export type { DeploymentEvent } from './reports/deployment-event.ts'
export { lockDeployment, requireDeployment } from './require-deployment.ts'
export { type DeploymentStatus, type Health, statusOf } from './status.ts'
export { DEPLOYMENT_COLUMNS, deploymentFields } from './subjects.ts'
export type { DeploymentChanges } from './update-deployment.ts'

/** Databases as they are ordered: where, of which image, set up how. */
export function createDeployments(deps: DeploymentDeps) {
  const { db } = deps
  return {
    listDeployments: (call: Call, filter: DeploymentFilter, page: SortedPageRequest) =>
      listDeployments(db, call, filter, page),
    getDeployment: (call: Call, id: string) => requireDeployment(db, call, id),
    createDeployment: (call: Call, wish: DeploymentWish) => createDeployment(deps, call, wish),
    updateDeployment: (call: Call, id: string, changes: DeploymentChanges) =>
      updateDeployment(deps, call, id, changes),
    deleteDeployment: (call: Call, id: string) => deleteDeployment(deps, call, id),
    /** Where they are. Authorizes nothing. */
    placesOf: (deployments: readonly Deployment[]) => placesOf(db, deployments),
    /** What was last reported of one that exists on paper only. Authorizes nothing. */
    findReport: (id: string) => findReport(db, id),
    getConnection: (call: Call, id: string) => getConnection(db, call, id),
    showPassword: (call: Call, id: string) => showPassword(deps, call, id),

    uploadEvents: (call: Call, id: string, reports: readonly EventsReport[]) =>
      uploadEvents(db, call, id, reports),
    lastSynced: (call: Call, id: string) => lastSynced(db, call, id),
    listDeploymentEvents: (call: Call, deploymentId: string) => listDeploymentEvents(db, call, deploymentId),
    updateManifest: (call: Call, report: ManifestReport) => updateManifest(db, call, report),
  }
}
export type Deployments = ReturnType<typeof createDeployments>
