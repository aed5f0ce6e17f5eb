import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { DeploymentRestore, RestoreStatus } from './entities.ts'
import { getRestore, type RestoreReport } from './read-restores.ts'
import { readReportTime } from './report-time.ts'

const STATUSES: readonly RestoreStatus[] = [
  ...(['', 'Pending', 'RestoringCloudSnap', 'RestoringDataServiceCR', 'RestoringDeployment'] as const),
  ...(['DeploymentEnteringNormalMode', 'Successful', 'Failed'] as const),
]

/**
 * Notes how far a restore is that an agent of somebody else makes; older news than it has are dropped. Throws
 * `restore-not-found`, `not-applicable` for restores of ours and unknown states, `invalid-input`, `forbidden`.
 */
export async function reportRestore(
  db: Db,
  call: Call,
  id: string,
  { timestamp, ...report }: RestoreReport & { readonly timestamp?: string },
): Promise<DeploymentRestore> {
  return transact(db, async (tx) => {
    await tx.selectFrom('deployment_restores').select('id').where('id', '=', id).forUpdate().execute()
    const restore = await getRestore(tx, call, id, 'update')
    const at = readReportTime(timestamp)
    if (!STATUSES.some((status) => status === (report.completion_status ?? ''))) {
      throw new CroftError('not-applicable', 'This is no state of a restore.', {
        fields: [{ path: '/completion_status', message: `must be one of ${STATUSES.slice(1).join(', ')}` }],
      })
    }
    if (restore.databaseId !== null) {
      throw new CroftError('not-applicable', 'Croft makes this restore itself and knows how far it is.')
    }
    if (restore.reportedAt && at < restore.reportedAt) return restore
    await tx
      .updateTable('deployment_restores')
      .set({ report: { ...report }, reported_at: at, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: restore.workspaceId,
      action: 'restore.reported',
      subjectType: 'restore',
      subjectId: id,
      after: { status: report.completion_status ?? null },
    })
    return getRestore(tx, call, id)
  })
}
