import { operation } from '../../operation.ts'
import { presentRestore, presentTask } from '../../presenters/backup.ts'
import {
  NewRestore,
  ReportedRestore,
  RestorabilityMatrix,
  Restore,
  RetriedRestore,
  Task,
} from '../../schemas/restore.ts'
import { OfId } from '../../schemas/wire.ts'

const tag = 'Restores'

export const startRestore = operation({
  tag,
  summary: 'Restore a backup job to a new deployment',
  description:
    'The deployment is there at once, ordered as the one that was backed up was then; it has the data when the restore is Successful.',
  params: OfId,
  body: NewRestore,
  status: 200,
  response: Restore,
  async handle({ params, body, call }, { backupPlans }) {
    const restore = await backupPlans.startRestore(call, params.id.toLowerCase(), {
      name: body.name,
      namespaceId: body.namespace_id.toLowerCase(),
      deploymentTargetId: body.deployment_target_id.toLowerCase(),
    })
    return presentRestore(restore)
  },
})

export const getRestorabilityMatrix = operation({
  tag,
  summary: 'Say what can be restored',
  description: 'By name of the data service, the least version of each capability that a restore needs.',
  status: 200,
  response: RestorabilityMatrix,
  async handle(_input, { backupPlans }) {
    return Object.fromEntries(
      Object.entries(backupPlans.restorability()).map(([name, conditions]) => [name, [...conditions]]),
    )
  },
})

export const getRestore = operation({
  tag,
  summary: 'Get a restore',
  params: OfId,
  status: 200,
  response: Restore,
  async handle({ params, call }, { backupPlans }) {
    return presentRestore(await backupPlans.getRestore(call, params.id))
  },
})

export const retryRestore = operation({
  tag,
  summary: 'Try a restore that failed once more',
  description: 'In a new deployment; the failed one is removed. What is left out stays as it was.',
  params: OfId,
  body: RetriedRestore,
  status: 200,
  response: Restore,
  async handle({ params, body, call }, { backupPlans }) {
    const { name, namespace_id: namespaceId, deployment_target_id: deploymentTargetId } = body
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(namespaceId === undefined ? {} : { namespaceId: namespaceId.toLowerCase() }),
      ...(deploymentTargetId === undefined ? {} : { deploymentTargetId: deploymentTargetId.toLowerCase() }),
    }
    return presentRestore(await backupPlans.retryRestore(call, params.id, changes))
  },
})

export const updateRestore = operation({
  tag,
  summary: 'Report how far a restore is',
  description:
    'For agents of others, of deployments that exist on paper only. An older timestamp changes nothing.',
  params: OfId,
  body: ReportedRestore,
  status: 200,
  response: Restore,
  async handle({ params, body, call }, { backupPlans }) {
    return presentRestore(await backupPlans.reportRestore(call, params.id, body))
  },
})

export const getTask = operation({
  tag: 'Tasks',
  summary: 'Get a task',
  description:
    'A task has the id of what it makes: of a deployment, a backup job or a restore. The log is what the trail tells of it.',
  params: OfId,
  status: 200,
  response: Task,
  async handle({ params, call }, { backupPlans }) {
    return presentTask(await backupPlans.getTask(call, params.id.toLowerCase()))
  },
})
