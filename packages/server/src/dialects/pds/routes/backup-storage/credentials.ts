import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentCredentials, presentPartial } from '../../presenters/backup-storage.ts'
import {
  BackupCredentials,
  CreateBackupCredentials,
  PartialCredentials,
  UpdateBackupCredentials,
} from '../../schemas/backup-credentials.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'
import { readCredentials } from './given-credentials.ts'

const tag = 'BackupCredentials'

export const listBackupCredentials = operation({
  tag,
  summary: 'List a tenant’s backup credentials',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
  }),
  status: 200,
  response: PageOf(BackupCredentials),
  async handle({ call, params, query }, { backupCredentials }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, type } = query
    const filter = { workspaceId: params.id, id, name, type }
    return toPage(page, await backupCredentials.listCredentials(call, filter, page), presentCredentials)
  },
})

export const createBackupCredentials = operation({
  tag,
  summary: 'Add backup credentials to a tenant',
  description:
    'Of exactly one kind. Their secret is stored encrypted and never shown; whether they are right shows in the states of the targets that are made of them.',
  params: OfId,
  body: CreateBackupCredentials,
  status: 200,
  response: BackupCredentials,
  async handle({ call, params, body }, { backupCredentials }) {
    const given = readCredentials(body.credentials)
    const input = { workspaceId: params.id, name: body.name, given }
    return presentCredentials(await backupCredentials.createCredentials(call, input))
  },
})

export const getBackupCredentials = operation({
  tag,
  summary: 'Get backup credentials',
  params: OfId,
  status: 200,
  response: BackupCredentials,
  async handle({ call, params }, { backupCredentials }) {
    return presentCredentials(await backupCredentials.getCredentials(call, params.id))
  },
})

export const getPartialCredentials = operation({
  tag,
  summary: 'Get what is no secret of backup credentials',
  params: OfId,
  status: 200,
  response: PartialCredentials,
  async handle({ call, params }, { backupCredentials }) {
    return presentPartial((await backupCredentials.getCredentials(call, params.id)).shown)
  },
})

export const updateBackupCredentials = operation({
  tag,
  summary: 'Change backup credentials',
  description: 'Targets that are made of them are reached with the new ones from then on, and tried again.',
  params: OfId,
  body: UpdateBackupCredentials,
  status: 200,
  response: BackupCredentials,
  async handle({ call, params, body }, { backupCredentials }) {
    const given = body.credentials && readCredentials(body.credentials)
    const changes = { name: body.name, given }
    return presentCredentials(await backupCredentials.updateCredentials(call, params.id, changes))
  },
})

export const deleteBackupCredentials = operation({
  tag,
  summary: 'Delete backup credentials',
  description: 'Only while no backup target is made of them.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { backupCredentials }) {
    await backupCredentials.deleteCredentials(call, params.id)
  },
})
