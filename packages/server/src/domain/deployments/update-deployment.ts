import { isDeepStrictEqual } from 'node:util'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { readGlobalConfig } from '../accounts/index.ts'
import { setScheduledBackup } from '../backup-plans/index.ts'
import { type FoundImage, findImage, isCompatible } from '../catalogue/index.ts'
import { changeDatabase } from '../databases/index.ts'
import { selectDeploymentTargets, toDeploymentTarget } from '../deployment-targets/index.ts'
import { recordEvent } from '../events/index.ts'
import { parseQuantity } from '../templates/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { checkNodeCount, checkTls, refuse } from './check-wish.ts'
import { authorizePaper } from './create-deployment.ts'
import type { Deployment, ScheduledBackup } from './deployment.ts'
import type { TemplateChoice } from './deployment-wish.ts'
import { findDeployment } from './read-deployments.ts'
import { overrideChanges, readSetup, type Setup } from './read-setup.ts'
import { lockDeployment, requireDeployment } from './require-deployment.ts'

/** What is absent stays as it is. */
export interface DeploymentChanges {
  readonly templates?: Omit<TemplateChoice, 'storage'> | undefined
  readonly imageId?: string | undefined
  readonly nodeCount?: number | undefined
  /** Null ends it; what it has made stays. */
  readonly scheduledBackup?: ScheduledBackup | null | undefined
  readonly tlsEnabled?: boolean | undefined
  /** Changes what is written down only. For administrators of the organization. */
  readonly localOnly?: boolean | undefined
}

/**
 * Changes how a deployment is set up. Its server takes over what it can as it runs, and is started anew for the rest.
 * Throws `database-not-found`, `forbidden`, `restore-unfinished`, `not-applicable`.
 */
export async function updateDeployment(
  deps: { readonly db: Db; readonly signals: Signals },
  call: Call,
  id: string,
  changes: DeploymentChanges,
): Promise<Deployment> {
  return transact(deps.db, async (tx) => {
    const seen = await requireDeployment(tx, call, id, 'update')
    await lockProject(tx, call, seen.projectId, null)
    const before = await lockDeployment(tx, call, id, 'update')
    if (changes.localOnly) await authorizePaper(tx, call, before.workspaceId)
    refuseUnfinished(before)
    const image = await imageFor(tx, before, changes.imageId)
    const { nodeCount = before.nodeCount, tlsEnabled = before.tlsEnabled } = changes
    if (nodeCount !== before.nodeCount) checkResize(image, before.nodeCount, nodeCount)
    if (tlsEnabled !== before.tlsEnabled) await checkTlsOf(tx, before, image, tlsEnabled)
    const setup = await setupFor(tx, before, image, changes)
    const wanted = { ...setup, nodeCount, tlsEnabled, imageId: image.image.id, versionId: image.version.id }
    if (!isDeepStrictEqual(wanted, pick(before))) {
      await tx
        .updateTable('deployments')
        .set({
          configuration: setup.configuration,
          resources: { ...setup.resources },
          node_count: nodeCount,
          tls_enabled: tlsEnabled,
          image_id: wanted.imageId,
          version_id: wanted.versionId,
          updated_at: new Date(),
        })
        .where('id', '=', id)
        .execute()
      await recordEvent(tx, call, {
        workspaceId: before.workspaceId,
        action: 'deployment.updated',
        subjectType: 'database',
        subjectId: id,
        before: pick(before),
        after: wanted,
      })
      if (before.database !== null && !changes.localOnly) {
        await changeDatabase(tx, deps, call, id, {
          overrides: overrideChanges(before, setup),
          tlsRequired: tlsEnabled,
        })
      }
    }
    if (changes.scheduledBackup !== undefined) {
      const { scheduledBackup } = changes
      await setScheduledBackup(tx, call, before, scheduledBackup)
      if (!isDeepStrictEqual(scheduledBackup, before.scheduledBackup)) {
        await tx
          .updateTable('deployments')
          .set({ scheduled_backup: scheduledBackup, updated_at: new Date() })
          .where('id', '=', id)
          .execute()
      }
    }
    const after = await findDeployment(tx, id)
    if (!after) throw new Error(`deployment ${id} is not there right after it was changed`)
    return after
  })
}

const pick = (deployment: Deployment) => {
  const { configuration, resources, storageOptions, nodeCount, tlsEnabled, imageId, versionId } = deployment
  return { configuration, resources, storageOptions, nodeCount, tlsEnabled, imageId, versionId }
}

/** The data of one that is being restored, or could not be, is not what was asked for. */
function refuseUnfinished({ database, restoreId, state }: Deployment): void {
  const recovers = database?.state === 'recovering'
  const isRestored = restoreId !== null
  const wasReady = database === null ? state === 'created' : database.readyAt !== null
  if (!recovers && (!isRestored || wasReady)) return
  const failed = state === 'failed'
  throw new CroftError(
    'restore-unfinished',
    failed ? 'The restore of this deployment failed.' : 'The restore of this deployment is going on.',
    { hint: failed ? 'Retry the restore, or delete the deployment.' : 'Change it once it is restored.' },
  )
}

async function imageFor(tx: Executor, before: Deployment, wanted: string | undefined): Promise<FoundImage> {
  const image = await findImage(tx, wanted ?? before.imageId)
  if (!image) refuse('image_id', 'There is no image with this id.')
  if (image.image.id === before.imageId) return image
  const { dataService, version } = image
  if (dataService.id !== before.dataServiceId) {
    refuse('image_id', `The image is of ${dataService.name}, the deployment is not.`)
  }
  // The files of a server are of one version, which its host does not change.
  const engineVersion = before.database?.version
  if (engineVersion !== undefined && version.engineVersion !== engineVersion) {
    refuse(
      'image_id',
      `A deployment of ${dataService.name} ${engineVersion} cannot become one of ${image.image.tag}.`,
      'Restore a backup of it to a new deployment, or move the data.',
    )
  }
  const { versionUpdatability } = await readGlobalConfig(tx, before.workspaceId)
  if (versionUpdatability === 'all') return image
  const now = await findImage(tx, before.imageId)
  if (now && !isCompatible(now.version, version)) {
    refuse('image_id', `${now.image.tag} cannot become ${image.image.tag}.`, 'See compatible-versions.')
  }
  return image
}

function checkResize(image: FoundImage, from: number, to: number): void {
  checkNodeCount(image, to)
  const { name, nodes } = image.dataService
  if (nodes.resizeDisabled.includes(from)) {
    refuse('node_count', `A deployment of ${name} with ${from} nodes cannot have another number of them.`)
  }
  if (to < from && !nodes.downsizeEnabled)
    refuse('node_count', `${name} cannot have fewer nodes than before.`)
}

async function checkTlsOf(
  tx: Executor,
  { deploymentTargetId }: Deployment,
  image: FoundImage,
  tlsEnabled: boolean,
): Promise<void> {
  const row = await selectDeploymentTargets(tx)
    .where('deployment_targets.id', '=', deploymentTargetId)
    .executeTakeFirst()
  if (row) checkTls(image, toDeploymentTarget(row), tlsEnabled)
}

async function setupFor(
  tx: Executor,
  before: Deployment,
  { dataService }: FoundImage,
  { templates = {} }: DeploymentChanges,
): Promise<Setup> {
  const { configuration, resources, storageOptions } = before
  const held = { configuration, resources, storageOptions }
  if (Object.values(templates).every((each) => each === undefined)) return held
  const setup = await readSetup(tx, before.workspaceId, dataService, templates, held)
  const [was, wanted] = [resources.storageRequest, setup.resources.storageRequest]
  if (was !== undefined && wanted !== undefined && parseQuantity(wanted) < parseQuantity(was)) {
    refuse(
      'resource_settings_template_id',
      `Storage only grows: it is ${was}, and the template says ${wanted}.`,
    )
  }
  return setup
}
