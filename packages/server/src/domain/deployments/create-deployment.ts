import type { Executor, Tx } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { setScheduledBackup } from '../backup-plans/index.ts'
import { type FoundImage, findImage } from '../catalogue/index.ts'
import { type CreateDatabaseDeps, findProject, planDatabase, writeDatabase } from '../databases/index.ts'
import { findPlace } from '../deployment-targets/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { checkNodeCount, checkTls, checkWords, type RunnableOn, refuse, runnableOn } from './check-wish.ts'
import { freeClusterResourceName } from './cluster-resource-name.ts'
import type { Deployment } from './deployment.ts'
import type { DeploymentWish } from './deployment-wish.ts'
import { findProjectFor } from './find-project-for.ts'
import { findDeployment } from './read-deployments.ts'
import { overridesOf, readSetup, type Setup, setupOf, sizeFor } from './read-setup.ts'
import { requireDeployment } from './require-deployment.ts'

export type DeploymentDeps = CreateDatabaseDeps

/** The login that clients of the API know, and the database that they connect to. */
const USER = 'pds'

/** Written in the transaction that makes the deployment. */
export type Also = (tx: Tx, deployment: Deployment) => Promise<void>

/** What was settled before anything is written. */
interface Ordered {
  readonly wish: DeploymentWish
  readonly projectId: string
  readonly workspaceId: string
  readonly image: FoundImage
  /** Null for what is only written down. */
  readonly host: RunnableOn | null
  readonly setup: Setup
}

/**
 * Orders a database: it is being made when this answers, `pending` until a login with its credential has succeeded. On
 * paper only, with `localOnly`, it stays what it is until somebody reports of it. Throws `not-applicable` for whatever does
 * not fit together, `invalid-input`, `project-not-found`, `forbidden`.
 */
export async function createDeployment(
  deps: DeploymentDeps,
  call: Call,
  wish: DeploymentWish,
  also: Also = async () => {},
): Promise<Deployment> {
  const before = await madeBefore(deps.db, call, 'deployments')
  if (before) return requireDeployment(deps.db, call, before)
  checkWords(wish)
  const order = await orderOf(deps.db, call, wish)
  return order.host === null
    ? writeDown(deps, call, order, also)
    : deploy(deps, call, order, order.host, also)
}

async function orderOf(db: Executor, call: Call, wish: DeploymentWish): Promise<Ordered> {
  const image = await findImage(db, wish.imageId)
  const engine = image?.dataService.engine ?? ''
  const projectId = wish.projectId ?? (await findProjectFor(db, call, wish, engine))
  const workspaceId = await findProject(db, call, { projectId, namespaceId: wish.namespaceId })
  authorize(call.principal, 'create', 'databases', {
    ...{ id: '', workspaceId, projectId, name: wish.name, engine, region: '', size: '', branchId: null },
    namespaceId: wish.namespaceId,
  })
  if (wish.localOnly) await authorizePaper(db, call, workspaceId)
  const { target } = await findPlace(db, { ...wish, workspaceId })
  if (!image) refuse('image_id', 'There is no image with this id.')
  const host = wish.localOnly ? null : runnableOn(image, target)
  checkNodeCount(image, wish.nodeCount ?? 1)
  checkTls(image, target, wish.tlsEnabled ?? false)
  const setup = wish.setup
    ? setupOf(wish.setup)
    : await readSetup(db, workspaceId, image.dataService, wish.templates ?? {})
  return { wish, projectId, workspaceId, image, host, setup }
}

/** Throws `forbidden` for all but the administrators of the workspace's organization. */
export async function authorizePaper(db: Executor, call: Call, workspaceId: string): Promise<void> {
  const { organization_id: id } = await db
    .selectFrom('workspaces')
    .select('organization_id')
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  authorize(call.principal, 'update', 'organizations', { id })
}

async function deploy(
  deps: DeploymentDeps,
  call: Call,
  order: Ordered,
  { engine, engineVersion, hostId }: RunnableOn,
  also: Also,
): Promise<Deployment> {
  const { wish, projectId, setup } = order
  const overrides = overridesOf(setup)
  const input = {
    id: call.resourceId ?? newId(),
    projectId,
    name: wish.name,
    namespace: wish.namespaceId,
    engine,
    version: engineVersion,
    size: (await sizeFor(deps.db, overrides)) ?? wish.setup?.size,
    targetId: hostId,
    firstUser: USER,
    // A copy is in a database of its source's name.
    ...(wish.source === undefined ? { databaseName: USER } : { source: wish.source }),
    overrides,
    tlsRequired: wish.tlsEnabled ?? false,
  }
  const plan = await planDatabase(deps.db, call, input).catch(notHere)
  return transact(deps.db, async (tx) => {
    const { workspaceId } = await hold(tx, call, order)
    authorize(call.principal, 'create', 'databases', {
      ...{ id: '', workspaceId, projectId, name: wish.name, engine, branchId: null },
      ...{ region: plan.region, size: plan.size.id, namespaceId: wish.namespaceId },
    })
    const { id } = await writeDatabase(tx, deps, call, { ...input, workspaceId }, plan)
    return insertDeployment(tx, call, order, { id, isMade: true }, also)
  })
}

async function writeDown(
  { db }: DeploymentDeps,
  call: Call,
  order: Ordered,
  also: Also,
): Promise<Deployment> {
  return transact(db, async (tx) => {
    await hold(tx, call, order)
    return insertDeployment(tx, call, order, { id: call.resourceId ?? newId(), isMade: false }, also)
  })
}

/** Of a host that lacks what is asked for, this API says that it does not fit. */
function notHere(error: unknown): never {
  if (!(error instanceof CroftError) || error.code !== 'no-capacity') throw error
  throw new CroftError('not-applicable', error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  })
}

/** Again, with the rows held: project, target and namespace may have gone meanwhile. */
async function hold(tx: Executor, call: Call, { wish, projectId, workspaceId }: Ordered) {
  const project = await lockProject(tx, call, projectId, null)
  await findPlace(tx, { ...wish, workspaceId: project.workspaceId })
  if (project.workspaceId !== workspaceId) throw new CroftError('project-busy', 'The project has just moved.')
  return project
}

async function insertDeployment(
  tx: Tx,
  call: Call,
  { wish, projectId, workspaceId, image, setup }: Ordered,
  { id, isMade }: { readonly id: string; readonly isMade: boolean },
  also: Also,
): Promise<Deployment> {
  const { dataService, version } = image
  const clusterResourceName = await freeClusterResourceName(tx, dataService.shortName, wish.name)
  await tx
    .insertInto('deployments')
    .values({
      id,
      database_id: isMade ? id : null,
      workspace_id: workspaceId,
      project_id: projectId,
      name: wish.name,
      cluster_resource_name: clusterResourceName,
      deployment_target_id: wish.deploymentTargetId,
      namespace_id: wish.namespaceId,
      data_service_id: dataService.id,
      version_id: version.id,
      image_id: image.image.id,
      node_count: wish.nodeCount ?? 1,
      service_type: wish.serviceType ?? null,
      dns_zone: wish.dnsZone ?? null,
      load_balancer_source_ranges: [...(wish.loadBalancerSourceRanges ?? [])],
      configuration: setup.configuration,
      resources: { ...setup.resources },
      storage_options: { ...setup.storageOptions },
      tls_enabled: wish.tlsEnabled ?? false,
      local_only: !isMade,
      scheduled_backup: wish.scheduledBackup ?? null,
    })
    .execute()
  await recordEvent(tx, call, {
    workspaceId,
    action: 'deployment.created',
    subjectType: 'database',
    subjectId: id,
    after: {
      ...{
        name: wish.name,
        projectId,
        clusterResourceName,
        dataService: dataService.name,
        image: image.image.tag,
      },
      ...{ deploymentTargetId: wish.deploymentTargetId, namespaceId: wish.namespaceId, localOnly: !isMade },
    },
  })
  const made = await findDeployment(tx, id)
  if (!made) throw new Error(`deployment ${id} is not there right after it was made`)
  if (wish.scheduledBackup) await setScheduledBackup(tx, call, made, wish.scheduledBackup)
  await also(tx, made)
  return made
}
