import { type Static, Type } from 'typebox'
import type { DescribedTarget } from '../../../../domain/backup-targets/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentState, presentTarget } from '../../presenters/backup-storage.ts'
import {
  BackupTarget,
  BackupTargetState,
  CreateBackupTarget,
  UpdateBackupTarget,
} from '../../schemas/backup-target.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'BackupTargets'
const text = Type.Optional(Type.String())
const TargetQuery = Type.Object({
  ...listQuery,
  id: Type.Optional(Uuid),
  name: text,
  type: text,
  bucket: text,
  region: text,
  backup_credentials_id: Type.Optional(Uuid),
})
const ATTRIBUTES = ['id', 'name', 'type', 'created_at']

const filterOf = (query: Static<typeof TargetQuery>) => ({
  id: query.id,
  name: query.name,
  kind: query.type,
  bucket: query.bucket,
  region: query.region,
  credentialsId: query.backup_credentials_id,
})

export const listTenantBackupTargets = operation({
  tag,
  summary: 'List a tenant’s backup targets',
  params: OfId,
  query: TargetQuery,
  status: 200,
  response: PageOf(BackupTarget),
  async handle({ call, params, query }, { backupTargets }) {
    const page = readList(query, ATTRIBUTES)
    const found = await backupTargets.describeTargets(call, params.id, filterOf(query), page)
    return toPage(page, found, presentTarget)
  },
})

export const listProjectBackupTargets = operation({
  tag,
  summary: 'List the backup targets of a project’s tenant',
  params: OfId,
  query: Type.Object({ ...TargetQuery.properties, deployment_target_id: Type.Optional(Uuid) }),
  status: 200,
  response: PageOf(BackupTarget),
  async handle({ call, params, query }, { backupTargets }) {
    const page = readList(query, ATTRIBUTES)
    const filter = { ...filterOf(query), deploymentTargetId: query.deployment_target_id }
    return toPage(
      page,
      await backupTargets.describeProjectTargets(call, params.id, filter, page),
      presentTarget,
    )
  },
})

export const createBackupTarget = operation({
  tag,
  summary: 'Make a backup target of credentials',
  description:
    'Answers before any deployment target has tried it: whether the bucket is there and the credentials are right shows in its states.',
  params: OfId,
  body: CreateBackupTarget,
  status: 201,
  response: BackupTarget,
  async handle({ call, params, body }, { backupCredentials }) {
    const { name, type, bucket = '', region = '', backup_credentials_id: credentialsId } = body
    const input = { workspaceId: params.id, name, credentialsId, type, bucket, region }
    return presentTarget(await backupCredentials.createCredentialedTarget(call, input))
  },
})

export const getBackupTarget = operation({
  tag,
  summary: 'Get a backup target',
  params: OfId,
  status: 200,
  response: BackupTarget,
  async handle({ call, params }, { backupTargets }) {
    return presentTarget(await backupTargets.describeTarget(call, params.id))
  },
})

export const updateBackupTarget = operation({
  tag,
  summary: 'Rename a backup target',
  params: OfId,
  body: UpdateBackupTarget,
  status: 201,
  response: BackupTarget,
  async handle({ call, params, body }, { backupTargets }) {
    const { id } = params
    const { name } = body
    if (name !== undefined) await backupTargets.updateBackupTarget(call, id, { name })
    const found: DescribedTarget = await backupTargets.describeTarget(call, id)
    return presentTarget(found)
  },
})

function readForce(force = 'false'): boolean {
  if (force === 'true' || force === 'false') return force === 'true'
  throw new CroftError('invalid-input', 'The query is not valid: force must be true or false.', {
    fields: [{ path: '/force', message: 'must be true or false' }],
  })
}

export const deleteBackupTarget = operation({
  tag,
  summary: 'Delete a backup target',
  description:
    'It is there until its deployment targets have forgotten it. Only when nothing lies in it and no deployment stores there, unless forced: then Croft forgets what lies there, and does not remove it.',
  params: OfId,
  query: Type.Object({ force: Type.Optional(Type.String({ description: '`true` or `false`.' })) }),
  status: 204,
  async handle({ call, params, query }, { backupTargets }) {
    await backupTargets.removeBackupTarget(call, params.id, { force: readForce(query.force) })
  },
})

export const listBackupTargetStates = operation({
  tag,
  summary: 'List which deployment targets can store in a backup target',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    backup_target_id: Type.Optional(Uuid),
    deployment_target_id: Type.Optional(Uuid),
    state: text,
  }),
  status: 200,
  response: PageOf(BackupTargetState),
  async handle({ call, params, query }, { backupTargets }) {
    const page = readList(query, ['deployment_target_id', 'state', 'backup_target_id'])
    const { state, deployment_target_id: deploymentTargetId } = query
    const filter = { backupTargetId: params.id, deploymentTargetId, state }
    const found = await backupTargets.listStates(call, filter, page)
    const isOther = query.backup_target_id !== undefined && query.backup_target_id.toLowerCase() !== params.id
    return toPage(page, isOther ? { items: [], next: null } : found, presentState)
  },
})

export const retryBackupTarget = operation({
  tag,
  summary: 'Have the deployment targets that failed try a backup target again',
  description: 'The id is the backup target’s: states have none.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { backupTargets }) {
    await backupTargets.retryStates(call, params.id)
  },
})
