import { sql } from 'kysely'
import { type Db, type Executor, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { authorize, type Call } from '../../access/index.ts'
import {
  checkStorable,
  deploymentTargetFields,
  requireDeploymentTarget,
} from '../../deployment-targets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { requireDeployment } from '../require-deployment.ts'

export interface ManifestReport {
  readonly deploymentId: string
  /** When the agent saw it; now, unless given. */
  readonly timestamp?: string | undefined
  readonly manifest?: Readonly<Record<string, unknown>> | undefined
  /** Whether the deployment is gone from its cluster. */
  readonly deleted?: boolean | undefined
}

/** A clock that is ahead must not keep later reports out. */
function momentOf(timestamp: string | undefined): Date {
  if (timestamp === undefined) return new Date()
  const milliseconds = /^\d{4}-\d\d-\d\d[Tt ]/.test(timestamp) ? Date.parse(timestamp) : Number.NaN
  if (!Number.isNaN(milliseconds)) return new Date(Math.min(milliseconds, Date.now()))
  throw new CroftError('invalid-input', 'The timestamp is not a date and time as RFC 3339 writes them.', {
    fields: [{ path: '/timestamp', message: 'must be a date and time as RFC 3339 writes them' }],
  })
}

/**
 * What a target's agent sees of a deployment that exists here on paper; a report older than the last one changes nothing.
 * For those who may report for the target. Throws `database-not-found`, `deployment-target-not-found`, `forbidden`,
 * `invalid-input`, `not-applicable` for a database of ours, whose host tells itself how it is.
 */
export async function updateManifest(
  db: Db,
  call: Call,
  { deploymentId, timestamp, manifest, deleted = false }: ManifestReport,
): Promise<void> {
  const at = momentOf(timestamp)
  checkStorable('/manifest', manifest)
  await transact(db, async (tx) => {
    const deployment = await requireDeployment(tx, call, deploymentId)
    const target = await requireDeploymentTarget(tx, call, deployment.deploymentTargetId)
    authorize(call.principal, 'update', 'deployment-targets', deploymentTargetFields(target))
    if (deployment.database !== null) {
      throw new CroftError(
        'not-applicable',
        'This deployment runs on a host, whose own agent reports how it is.',
      )
    }
    if (!(await store(tx, deployment.id, at, manifest))) return
    await tx
      .updateTable('deployments')
      .set(deleted ? { deleted_at: new Date() } : { state: 'created' })
      .where('id', '=', deployment.id)
      .where('deleted_at', 'is', null)
      .$if(!deleted, (query) => query.where('state', '=', 'pending'))
      .execute()
    if (!deleted) return
    await recordEvent(tx, call, {
      ...{ workspaceId: deployment.workspaceId, action: 'deployment.removed' },
      ...{ subjectType: 'deployment', subjectId: deployment.id },
      before: { name: deployment.name },
    })
  })
}

/** Whether it was news. */
async function store(
  tx: Executor,
  deploymentId: string,
  at: Date,
  manifest: ManifestReport['manifest'],
): Promise<boolean> {
  const stored = await tx
    .insertInto('deployment_manifests')
    .values({ id: newId(), deployment_id: deploymentId, manifest: { ...manifest }, reported_at: at })
    .onConflict((known) =>
      known
        .column('deployment_id')
        .doUpdateSet({
          reported_at: at,
          updated_at: sql<Date>`clock_timestamp()`,
          ...(manifest === undefined ? {} : { manifest: { ...manifest } }),
        })
        .where('deployment_manifests.reported_at', '<=', at),
    )
    .returning('id')
    .executeTakeFirst()
  return stored !== undefined
}
