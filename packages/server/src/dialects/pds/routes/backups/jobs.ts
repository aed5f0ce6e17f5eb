import { Type } from 'typebox'
import { JOB_SORTS } from '../../../../domain/backup-plans/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentJob, presentJobStatus } from '../../presenters/backup.ts'
import { BackupJob, BackupJobStatus, ReportedBackupJob } from '../../schemas/backup.ts'
import { ListOf, listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'BackupJobs'

export const listBackupJobs = operation({
  tag,
  summary: 'List the jobs of a backup',
  description: 'Newest first, at most 5000.',
  params: OfId,
  status: 200,
  response: ListOf(BackupJobStatus),
  async handle({ params, call }, { backupPlans }) {
    const jobs = await backupPlans.listPlanJobs(call, params.id)
    return { data: jobs.map(presentJobStatus) }
  },
})

export const deleteBackupsJob = operation({
  tag: 'Backups',
  summary: 'Delete a job of a backup by its name',
  description:
    'With the header Local-Only: true what it stored stays, as a job of no backup; for account-admins.',
  params: Type.Object({ ...OfId.properties, name: Type.String({ maxLength: 255 }) }),
  status: 204,
  async handle({ params, call, localOnly }, { backupPlans }) {
    await backupPlans.deletePlanJob(call, params.id, params.name, { localOnly })
  },
})

export const listProjectJobs = operation({
  tag,
  summary: 'List the backup jobs of a project',
  description:
    'Also those that were made by a policy of Croft or through another API; these have no backup_id.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    deployment_id: Type.Optional(Uuid),
    deployment_target_id: Type.Optional(Uuid),
    backup_id: Type.Optional(Uuid),
    namespace_id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
  }),
  status: 200,
  response: PageOf(BackupJob),
  async handle({ params, query, call }, { backupPlans }) {
    const page = readList(query, JOB_SORTS)
    const filter = {
      id: query.id,
      deploymentId: query.deployment_id,
      deploymentTargetId: query.deployment_target_id,
      planId: query.backup_id,
      namespaceId: query.namespace_id,
      name: query.name,
    }
    return toPage(page, await backupPlans.listJobs(call, params.id.toLowerCase(), filter, page), presentJob)
  },
})

export const getBackupJob = operation({
  tag,
  summary: 'Get a backup job',
  params: OfId,
  status: 200,
  response: BackupJob,
  async handle({ params, call }, { backupPlans }) {
    return presentJob(await backupPlans.getJob(call, params.id.toLowerCase()))
  },
})

export const putBackupJob = operation({
  tag,
  summary: 'Report a backup job',
  description:
    'For agents of others, of deployments that exist on paper only. An older timestamp changes nothing; `deleted` removes it.',
  params: OfId,
  body: ReportedBackupJob,
  status: 200,
  response: BackupJob,
  async handle({ params, body, call }, { backupPlans }) {
    const { project_id, backup_id, deployment_id, deployment_target_id, namespace_name, ...said } = body
    const { name, timestamp, deleted = false, ...report } = said
    const job = await backupPlans.reportJob(call, params.id.toLowerCase(), {
      projectId: project_id.toLowerCase(),
      planId: backup_id,
      deploymentId: deployment_id?.toLowerCase(),
      deploymentTargetId: deployment_target_id?.toLowerCase(),
      namespaceName: namespace_name,
      name,
      timestamp,
      deleted,
      report,
    })
    return presentJob(job)
  },
})

export const deleteBackupJob = operation({
  tag,
  summary: 'Delete a backup job',
  description:
    'Its backup goes as soon as nothing reads it or was made on it. 422 while its target is unhealthy.',
  params: OfId,
  status: 204,
  async handle({ params, call }, { backupPlans }) {
    await backupPlans.deleteJob(call, params.id.toLowerCase())
  },
})
