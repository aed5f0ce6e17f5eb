import { type Static, Type } from 'typebox'
import type { NewSchedule } from '../../../../domain/backup-policies/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentPolicy } from '../../presenters/backup-storage.ts'
import { BackupPolicy, CreateBackupPolicy, UpdateBackupPolicy } from '../../schemas/backup-policy.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'BackupPolicies'

type Given = NonNullable<Static<typeof CreateBackupPolicy>['schedules']>

/** What is missing is not valid either, which is for the rules to say. */
const readSchedules = (schedules: Given): NewSchedule[] =>
  schedules.map(({ id, type = 'full', schedule = '', retention_count = 0 }) => ({
    ...{ id, type, schedule, retention_count },
  }))

export const listBackupPolicies = operation({
  tag,
  summary: 'List a tenant’s backup policies',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
  }),
  status: 200,
  response: PageOf(BackupPolicy),
  async handle({ call, params, query }, { backupPolicies }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const filter = { workspaceId: params.id, id: query.id, name: query.name }
    return toPage(page, await backupPolicies.listPolicies(call, filter, page), presentPolicy)
  },
})

export const createBackupPolicy = operation({
  tag,
  summary: 'Add a backup policy to a tenant',
  params: OfId,
  body: CreateBackupPolicy,
  status: 201,
  response: BackupPolicy,
  async handle({ call, params, body: { name, schedules = [] } }, { backupPolicies }) {
    const input = { workspaceId: params.id, name, schedules: readSchedules(schedules) }
    return presentPolicy(await backupPolicies.createPolicy(call, input))
  },
})

export const getBackupPolicy = operation({
  tag,
  summary: 'Get a backup policy',
  params: OfId,
  status: 200,
  response: BackupPolicy,
  async handle({ call, params }, { backupPolicies }) {
    return presentPolicy(await backupPolicies.getPolicy(call, params.id))
  },
})

export const updateBackupPolicy = operation({
  tag,
  summary: 'Change a backup policy',
  params: OfId,
  body: UpdateBackupPolicy,
  status: 200,
  response: BackupPolicy,
  async handle({ call, params, body: { name, schedules } }, { backupPolicies }) {
    const changes = { name, schedules: schedules && readSchedules(schedules) }
    return presentPolicy(await backupPolicies.updatePolicy(call, params.id, changes))
  },
})

export const deleteBackupPolicy = operation({
  tag,
  summary: 'Delete a backup policy',
  description: 'Only while no deployment is backed up by it.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { backupPolicies }) {
    await backupPolicies.deletePolicy(call, params.id)
  },
})
