import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { type Deployment, requireDeployment } from '../deployments/index.ts'
import { recordEvent } from '../events/index.ts'
import type { BackupJob, JobReport } from './entities.ts'
import { backupFields } from './plan-fields.ts'
import { findJob, getJob, JOB_NOT_FOUND, jobFields } from './read-jobs.ts'
import { readReportTime } from './report-time.ts'

export interface ReportedJob {
  readonly projectId: string
  readonly planId: string | undefined
  readonly deploymentId: string | undefined
  readonly deploymentTargetId: string | undefined
  readonly namespaceName: string | undefined
  readonly name: string | undefined
  /** When the agent said so; an older one never replaces a newer. Now, without it. */
  readonly timestamp: string | undefined
  readonly deleted: boolean
  readonly report: JobReport
}

const STATUSES = ['', 'Active', 'Succeeded', 'Failed']
const unfit = (path: string, message: string) =>
  new CroftError('not-applicable', `The backup job is not valid: ${path} ${message}.`, {
    fields: [{ path: `/${path}`, message }],
  })

/**
 * Notes what an agent of somebody else says of a backup of a deployment that exists on paper. Throws `backup-not-found`
 * for the removal of one that is not there, `not-applicable` for backups that Croft makes itself and for what does not
 * belong together, `invalid-input`, `forbidden`.
 */
export async function reportJob(db: Db, call: Call, id: string, said: ReportedJob): Promise<BackupJob> {
  const at = readReportTime(said.timestamp)
  if (!STATUSES.includes(said.report.completion_status ?? '')) {
    throw unfit('completion_status', 'must be Active, Succeeded or Failed')
  }
  return transact(db, async (tx) => {
    const known = await tx
      .selectFrom('backup_jobs')
      .select(['backup_plan_id', 'backup_id', 'reported_at', 'deployment_id', 'project_id'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    // A backup of ours that has no job yet.
    const ours = known ? undefined : await findJob(tx, id)
    const before = known || ours ? await visibleTo(tx, call, id) : undefined
    if (before?.ours) throw unfit('id', 'is of a backup that Croft makes itself')
    if (known?.reported_at && at < known.reported_at) {
      if (before) return before
      throw new CroftError(JOB_NOT_FOUND.code, JOB_NOT_FOUND.message)
    }
    if (said.deleted) return remove(tx, call, id, before, at)
    const place = await placeOf(tx, call, {
      ...said,
      planId: said.planId ?? known?.backup_plan_id ?? undefined,
      deploymentId: said.deploymentId ?? known?.deployment_id,
    })
    const { deployment } = place
    const fields = backupFields({ ...deployment, id: before ? id : '', deploymentId: deployment.id })
    authorize(call.principal, before ? 'update' : 'create', 'backups', fields)
    if (known && known.deployment_id !== deployment.id) throw unfit('deployment_id', 'must stay as it is')
    await write(tx, id, said, place, at)
    if (!before) await note(tx, call, 'reported', { id, deployment })
    return getJob(tx, call, id)
  })
}

async function visibleTo(tx: Executor, call: Call, id: string): Promise<BackupJob | undefined> {
  const job = await findJob(tx, id)
  return job && getJob(tx, call, id)
}

interface ReportPlace {
  readonly deployment: Deployment
  readonly planId: string
  readonly namespaceId: string
}

async function placeOf(tx: Executor, call: Call, said: ReportedJob): Promise<ReportPlace> {
  if (said.deploymentId === undefined) throw unfit('deployment_id', 'must be the id of a deployment')
  if (said.planId === undefined) throw unfit('backup_id', 'must be the id of a backup of the deployment')
  const deployment = await requireDeployment(tx, call, said.deploymentId).catch((error: unknown) => {
    if (!(error instanceof CroftError) || error.code !== 'database-not-found') throw error
    throw unfit('deployment_id', 'must be the id of a deployment of the project')
  })
  if (deployment.projectId !== said.projectId) throw unfit('project_id', 'must be that of the deployment')
  if (!deployment.localOnly)
    throw unfit('deployment_id', 'must not be of a deployment that Croft runs itself')
  if ((said.deploymentTargetId ?? deployment.deploymentTargetId) !== deployment.deploymentTargetId) {
    throw unfit('deployment_target_id', 'must be that of the deployment')
  }
  const plan = await tx
    .selectFrom('backup_plans')
    .select('id')
    .where('id', '=', said.planId)
    .where('deployment_id', '=', deployment.id)
    .where('deleted_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!plan) throw unfit('backup_id', 'must be the id of a backup of the deployment')
  return { deployment, planId: plan.id, namespaceId: await namespaceOf(tx, deployment, said.namespaceName) }
}

async function namespaceOf(tx: Executor, deployment: Deployment, name: string | undefined): Promise<string> {
  if (!name || name === deployment.namespaceName) return deployment.namespaceId
  const row = await tx
    .selectFrom('namespaces')
    .select('id')
    .where('deployment_target_id', '=', deployment.deploymentTargetId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw unfit('namespace_name', 'must be a namespace of the deployment target')
  return row.id
}

async function write(
  tx: Executor,
  id: string,
  { name, report }: ReportedJob,
  { deployment, planId, namespaceId }: ReportPlace,
  at: Date,
): Promise<void> {
  const changes = {
    backup_plan_id: planId,
    namespace_id: namespaceId,
    report: { ...report },
    reported_at: at,
    updated_at: new Date(),
    deleted_at: null,
  }
  await tx
    .insertInto('backup_jobs')
    .values({
      id,
      ...changes,
      workspace_id: deployment.workspaceId,
      project_id: deployment.projectId,
      deployment_id: deployment.id,
      deployment_target_id: deployment.deploymentTargetId,
      image_id: deployment.imageId,
      name: name || `backup-${id}`,
      deployment_spec: specOf(deployment),
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...changes, ...(name ? { name } : {}) }))
    .execute()
  await tx
    .updateTable('backup_plans')
    .set({ state: 'created' })
    .where('id', '=', planId)
    .where('state', '=', 'pending')
    .execute()
}

const specOf = (deployment: Deployment) => {
  const { name, dataServiceId, imageId, nodeCount, serviceType, dnsZone, tlsEnabled } = deployment
  const { loadBalancerSourceRanges, configuration, resources, storageOptions } = deployment
  return {
    ...{ name, dataServiceId, imageId, nodeCount, serviceType, dnsZone, tlsEnabled },
    ...{ loadBalancerSourceRanges, configuration, resources, storageOptions },
  }
}

async function remove(
  tx: Executor,
  call: Call,
  id: string,
  job: BackupJob | undefined,
  at: Date,
): Promise<BackupJob> {
  if (!job) throw new CroftError(JOB_NOT_FOUND.code, JOB_NOT_FOUND.message)
  authorize(call.principal, 'update', 'backups', jobFields(job))
  await tx
    .updateTable('backup_jobs')
    .set({ deleted_at: new Date(), reported_at: at })
    .where('id', '=', id)
    .execute()
  await note(tx, call, 'deleted', { id, deployment: { id: job.deploymentId, workspaceId: job.workspaceId } })
  return job
}

const note = (
  tx: Executor,
  call: Call,
  what: 'reported' | 'deleted',
  { id, deployment }: { id: string; deployment: Pick<Deployment, 'id' | 'workspaceId'> },
) =>
  recordEvent(tx, call, {
    workspaceId: deployment.workspaceId,
    action: `backup-job.${what}`,
    subjectType: 'backup',
    subjectId: id,
    after: { deploymentId: deployment.id },
  })
