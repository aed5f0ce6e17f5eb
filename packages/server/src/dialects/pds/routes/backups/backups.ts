import { type Static, Type } from 'typebox'
import { PLAN_SORTS } from '../../../../domain/backup-plans/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentPlan } from '../../presenters/backup.ts'
import { Backup, BackupChanges, NewBackup } from '../../schemas/backup.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Backups'
const text = Type.Optional(Type.String())
const BackupQuery = Type.Object({
  ...listQuery,
  id: Type.Optional(Uuid),
  cluster_resource_name: text,
  state: text,
  suspend: Type.Optional(Type.String({ description: 'true or false.' })),
  backup_type: text,
  backup_level: text,
})

function readSuspend(suspend: string | undefined): boolean | undefined {
  if (suspend === undefined || suspend === 'true' || suspend === 'false') return suspend && suspend === 'true'
  throw new CroftError('invalid-input', 'The query is not valid: suspend must be true or false.', {
    fields: [{ path: '/suspend', message: 'must be true or false' }],
  })
}

const filterOf = (query: Static<typeof BackupQuery>) => ({
  id: query.id,
  clusterResourceName: query.cluster_resource_name,
  state: query.state,
  suspended: readSuspend(query.suspend),
  type: query.backup_type,
  level: query.backup_level,
})

export const listDeploymentBackups = operation({
  tag,
  summary: 'List the backups of a deployment',
  params: OfId,
  query: BackupQuery,
  status: 200,
  response: PageOf(Backup),
  async handle({ params, query, call }, { backupPlans }) {
    const page = readList(query, PLAN_SORTS)
    const of = { deploymentId: params.id.toLowerCase() }
    return toPage(page, await backupPlans.listPlans(call, of, filterOf(query), page), presentPlan)
  },
})

export const listTargetBackups = operation({
  tag,
  summary: 'List the backups that store in a backup target',
  description: 'Those of deployments that the caller may see.',
  params: OfId,
  query: BackupQuery,
  status: 200,
  response: PageOf(Backup),
  async handle({ params, query, call }, { backupPlans }) {
    const page = readList(query, PLAN_SORTS)
    const of = { backupTargetId: params.id.toLowerCase() }
    return toPage(page, await backupPlans.listPlans(call, of, filterOf(query), page), presentPlan)
  },
})

export const createDeploymentBackup = operation({
  tag,
  summary: 'Back up a deployment, once or on a schedule',
  description:
    'An adhoc backup has its job at once; it waits while another backup of the deployment goes on, or the deployment is being made. With the header Local-Only: true it is only written down, for account-admins.',
  params: OfId,
  body: NewBackup,
  status: 201,
  response: Backup,
  async handle({ params, body, call, localOnly }, { backupPlans }) {
    const plan = await backupPlans.createPlan(call, params.id.toLowerCase(), {
      type: body.backup_type,
      level: body.backup_level,
      backupTargetId: body.backup_target_id,
      schedule: body.schedule,
      jobHistoryLimit: body.job_history_limit,
      localOnly,
    })
    return presentPlan(plan)
  },
})

export const getBackup = operation({
  tag,
  summary: 'Get a backup',
  params: OfId,
  status: 200,
  response: Backup,
  async handle({ params, call }, { backupPlans }) {
    return presentPlan(await backupPlans.getPlan(call, params.id))
  },
})

export const updateBackup = operation({
  tag,
  summary: 'Change how many jobs of a backup are kept',
  params: OfId,
  body: BackupChanges,
  status: 200,
  response: Backup,
  async handle({ params, body, call }, { backupPlans }) {
    const changes = { jobHistoryLimit: body.job_history_limit }
    return presentPlan(await backupPlans.updatePlan(call, params.id, changes))
  },
})

export const deleteBackup = operation({
  tag,
  summary: 'Delete a backup with all that it made',
  description:
    'It is there until its hosts have removed the last of it. With the header Local-Only: true only the backup goes, and what it made stays as jobs of none; for account-admins.',
  params: OfId,
  status: 204,
  async handle({ params, call, localOnly }, { backupPlans }) {
    await backupPlans.deletePlan(call, params.id, { localOnly })
  },
})
