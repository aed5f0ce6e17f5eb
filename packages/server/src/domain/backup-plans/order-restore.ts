import { randomInt } from 'node:crypto'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { findImage, imageOf } from '../catalogue/index.ts'
import { findSource } from '../databases/index.ts'
import { type DeploymentTarget, findPlace } from '../deployment-targets/index.ts'
import type { DeploymentWish } from '../deployments/index.ts'
import type { BackupJob } from './entities.ts'

export interface RestoreWish {
  readonly name: string
  readonly namespaceId: string
  readonly deploymentTargetId: string
}

const incompatible = (message: string, hint: string) =>
  new CroftError('restore-incompatible', message, { hint })

/**
 * The deployment that restores a job: ordered as the one that was backed up was then, where the caller wants it. Throws
 * `backup-not-restorable` for a job that has not succeeded, `restore-incompatible` where the target cannot have it,
 * `not-applicable`.
 */
export async function orderRestore(
  db: Executor,
  call: Call,
  job: BackupJob,
  { name, namespaceId, deploymentTargetId }: RestoreWish,
): Promise<DeploymentWish> {
  if (job.status !== 'Succeeded') {
    throw new CroftError('backup-not-restorable', `The backup job is ${job.status}, not Succeeded.`)
  }
  const { workspaceId, projectId, deploymentSpec: spec } = job
  // Whoever sees the backup knows of its project, so nobody who may not is told that there is none.
  authorize(call.principal, 'create', 'databases', {
    ...{ id: '', workspaceId, projectId, namespaceId, name },
    ...{ engine: '', region: '', size: '', branchId: null },
  })
  const { target } = await findPlace(db, { workspaceId, deploymentTargetId, namespaceId })
  const imageId = job.ours ? await restorable(db, call, job, target) : onPaper(job, target)
  return {
    projectId,
    name,
    namespaceId,
    deploymentTargetId,
    imageId,
    nodeCount: spec.nodeCount,
    serviceType: spec.serviceType,
    dnsZone: spec.dnsZone,
    loadBalancerSourceRanges: spec.loadBalancerSourceRanges,
    tlsEnabled: spec.tlsEnabled,
    setup: {
      configuration: spec.configuration,
      resources: spec.resources,
      storageOptions: spec.storageOptions,
      size: spec.size ?? undefined,
    },
    ...(job.ours && job.databaseId !== null
      ? { source: { type: 'backup', databaseId: job.databaseId, backupId: job.id } }
      : { localOnly: true }),
  }
}

/** The image of what is restored. Its host must be able to read the backup, and to run it. */
async function restorable(
  db: Executor,
  call: Call,
  { id, databaseId }: BackupJob,
  target: DeploymentTarget,
): Promise<string> {
  if (databaseId === null) throw new TypeError('a backup of ours is of a database')
  const source = await findSource(db, call, { type: 'backup', databaseId, backupId: id })
  if (target.targetId === null) {
    throw incompatible(
      `Croft can restore nothing on ${target.name}: its agent only reports.`,
      'Choose a host of Croft.',
    )
  }
  if (source.bound && source.targetId !== target.targetId) {
    throw incompatible(
      `The backup lies in a directory of another host, which ${target.name} cannot read.`,
      'Restore it on the host that made it, or back up to an object store.',
    )
  }
  const { imageId } = imageOf(source.engine, source.version)
  const image = await findImage(db, imageId)
  if (!image?.image.capabilities.pds_restore || !target.capabilities.restore) {
    throw incompatible(
      `The deployment target ${target.name} cannot restore ${source.engine} ${source.version}.`,
      'GET /api/restores/restorability-matrix says what is needed.',
    )
  }
  return imageId
}

/** Where an agent of somebody else made it, it may be restored by that agent only. */
function onPaper({ imageId, deploymentTargetId }: BackupJob, target: DeploymentTarget): string {
  if (target.id === deploymentTargetId && target.targetId === null && imageId !== null) return imageId
  throw incompatible(
    'The backup was made by an agent that only reports, so Croft cannot read it.',
    'Restore it on the deployment target that made it.',
  )
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Its name on the target. */
export const restoreResourceName = (name: string): string =>
  `restore-${name}-${Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
