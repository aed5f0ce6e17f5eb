import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Action, type Call, isAllowed } from '../access/index.ts'
import { type Deployment, deploymentFields, ensureDeployments, findDeployment } from '../deployments/index.ts'
import type { BackupJob, DeploymentRestore, Task } from './entities.ts'
import { findJob, jobFields } from './read-jobs.ts'
import { restoreFields, selectRestores, toRestore } from './read-restores.ts'
import { readTaskLog } from './task-log.ts'

type Told = Omit<Task, 'log'> & { readonly about: readonly string[] }

const READ: Action = 'read'
const COPYING = (of: { doneBytes: number; totalBytes: number } | null | undefined) =>
  of ? [`${of.doneBytes} of ${of.totalBytes} bytes`] : []

/**
 * What takes long, as steps: a deployment being made, a backup, a restore. A task has the id of what it makes; what a
 * host was asked for counts as the backup that it is of. Throws `task-not-found`.
 */
export async function getTask(db: Executor, call: Call, id: string): Promise<Task> {
  const told =
    (await ofJob(db, call, id)) ?? (await ofRestore(db, call, id)) ?? (await ofDeployment(db, call, id))
  if (!told) throw new CroftError('task-not-found', 'There is no task with this id, or it is not accessible.')
  const { about, ...task } = told
  return { ...task, log: [...(await readTaskLog(db, task.id, task.workspaceId)), ...about] }
}

async function ofJob(db: Executor, call: Call, id: string): Promise<Told | undefined> {
  const job = (await findJob(db, id)) ?? (await jobOfHostTask(db, id))
  if (!job || !isAllowed(call.principal, READ, 'backups', jobFields(job))) return undefined
  const backup = await db
    .selectFrom('backups')
    .leftJoin('agent_tasks', 'agent_tasks.id', 'backups.task_id')
    .select(['backups.progress', 'agent_tasks.state'])
    .where('backups.id', '=', job.id)
    .executeTakeFirst()
  const isHandedOut = job.report !== null || (backup !== undefined && backup.state !== 'pending')
  return {
    ...placeOf(job),
    id: job.id,
    description: `Back up ${job.deploymentSpec.name ?? 'a deployment'}`,
    status: { Active: isHandedOut ? 'running' : 'pending', Succeeded: 'completed', Failed: 'failed' }[
      job.status
    ] as Task['status'],
    // Asked for, being made, stored.
    currentStep: job.status === 'Succeeded' ? 3 : isHandedOut ? 2 : 1,
    totalSteps: 3,
    resource: `backup-job/${job.id}`,
    about: [...COPYING(backup?.progress), ...(job.error ? [job.error.message] : [])],
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
  }
}

async function jobOfHostTask(db: Executor, id: string): Promise<BackupJob | undefined> {
  const row = await db.selectFrom('agent_tasks').select('task').where('id', '=', id).executeTakeFirst()
  return row && 'backupId' in row.task && row.task.backupId ? findJob(db, row.task.backupId) : undefined
}

const RESTORE_STEPS: readonly DeploymentRestore['status'][] = [
  'Pending',
  'RestoringCloudSnap',
  'RestoringDeployment',
  'Successful',
]

async function ofRestore(db: Executor, call: Call, id: string): Promise<Told | undefined> {
  const row = await selectRestores(db).where('deployment_restores.id', '=', id).executeTakeFirst()
  const restore = row && toRestore(row)
  if (!restore || !isAllowed(call.principal, READ, 'backups', restoreFields(restore))) return undefined
  const { status } = restore
  const step = RESTORE_STEPS.indexOf(status)
  return {
    ...placeOf(restore),
    id,
    description: `Restore ${restore.name}`,
    status:
      status === 'Successful'
        ? 'completed'
        : status === 'Failed'
          ? 'failed'
          : step < 1
            ? 'pending'
            : 'running',
    currentStep: step < 0 ? RESTORE_STEPS.length - 1 : step + 1,
    totalSteps: RESTORE_STEPS.length,
    resource: `deployment/${restore.deploymentId}`,
    about: [...COPYING(row?.observed?.progress), status],
    createdAt: restore.createdAt,
    updatedAt: restore.updatedAt,
  }
}

async function ofDeployment(db: Executor, call: Call, id: string): Promise<Told | undefined> {
  await ensureDeployments(db, { databaseId: id })
  const deployment = await findDeployment(db, id)
  if (!deployment || !isAllowed(call.principal, READ, 'databases', deploymentFields(deployment)))
    return undefined
  const [currentStep, status] = stepOf(deployment)
  const { error, updatedAt, database } = deployment
  return {
    ...placeOf(deployment),
    id,
    description: `Deploy ${deployment.name}`,
    status,
    currentStep,
    // Placed, being made on its host, a login succeeded.
    totalSteps: 3,
    resource: `deployment/${id}`,
    about: error ? [error.message] : [],
    createdAt: deployment.createdAt,
    updatedAt: database?.readyAt && database.readyAt > updatedAt ? database.readyAt : updatedAt,
  }
}

function stepOf({ state, database }: Deployment): readonly [number, Task['status']] {
  if (state === 'failed') return [2, 'failed']
  if (database === null) return state === 'created' ? [3, 'completed'] : [1, 'pending']
  if (database.state !== 'provisioning') return [3, 'completed']
  return database.observed === null ? [1, 'pending'] : [2, 'running']
}

const placeOf = ({
  organizationId,
  workspaceId,
  projectId,
}: Pick<Task, 'organizationId' | 'workspaceId' | 'projectId'>) => ({
  organizationId,
  workspaceId,
  projectId,
})
