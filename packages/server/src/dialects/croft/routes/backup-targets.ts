import { Type } from 'typebox'
import type { BackupTarget as DomainTarget } from '../../../domain/backup-targets/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import {
  BackupTarget,
  type BackupTargetBody,
  CreateBackupTarget,
  UpdateBackupTarget,
} from '../schemas/backup-target.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Backup targets'

const presentTarget = ({ probedAt, createdAt, updatedAt: _, ...target }: DomainTarget): BackupTargetBody => ({
  ...target,
  probedAt: probedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
})

export const listBackupTargets = operation({
  tag,
  summary: 'List the backup targets of a workspace',
  description: 'Oldest first.',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(BackupTarget),
  async handle({ call, params, query }, { backupTargets }) {
    const filter = { workspaceId: readId('workspace', params.id), page: readPage(query) }
    return presentPage(await backupTargets.listBackupTargets(call, filter), presentTarget)
  },
})

export const createBackupTarget = operation({
  tag,
  summary: 'Add a backup target',
  description:
    'A directory of the hosts, or a bucket of an S3-compatible store; by platform administrators, unless the installation lets workspaces name buckets. A host tries it at once: ask for it until `state` is no longer `unknown`.',
  params: IdParams,
  body: CreateBackupTarget,
  status: 201,
  response: BackupTarget,
  async handle({ call, params, body }, { backupTargets }) {
    const { name, location } = body
    return presentTarget(
      await backupTargets.createBackupTarget(call, {
        workspaceId: readId('workspace', params.id),
        name,
        location:
          location.type === 's3'
            ? { ...location, prefix: location.prefix ?? '', pathStyle: location.pathStyle ?? false }
            : location,
      }),
    )
  },
})

export const getBackupTarget = operation({
  tag,
  summary: 'Get a backup target',
  params: IdParams,
  status: 200,
  response: BackupTarget,
  async handle({ call, params }, { backupTargets }) {
    return presentTarget(await backupTargets.getBackupTarget(call, readId('backup target', params.id)))
  },
})

export const updateBackupTarget = operation({
  tag,
  summary: 'Change a backup target',
  description:
    'Its name, its credentials, and how its store is reached; the place itself (path, bucket, prefix) only while nothing lies in it.',
  params: IdParams,
  body: UpdateBackupTarget,
  status: 200,
  response: BackupTarget,
  async handle({ call, params, body }, { backupTargets }) {
    const id = readId('backup target', params.id)
    return presentTarget(await backupTargets.updateBackupTarget(call, id, body))
  },
})

export const deleteBackupTarget = operation({
  tag,
  summary: 'Delete a backup target',
  description: 'Only when no database stores there and nothing lies in it.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { backupTargets }) {
    await backupTargets.deleteBackupTarget(call, readId('backup target', params.id))
  },
})

export const probeBackupTarget = operation({
  tag,
  summary: 'Have a host try a backup target now',
  description: 'Answers at once; `probedAt` tells when a host has tried.',
  params: IdParams,
  status: 202,
  response: BackupTarget,
  async handle({ call, params }, { backupTargets }) {
    return presentTarget(await backupTargets.probeBackupTarget(call, readId('backup target', params.id)))
  },
})
