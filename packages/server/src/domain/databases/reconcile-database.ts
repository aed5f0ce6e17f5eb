import { isDeepStrictEqual } from 'node:util'
import { type InferResult, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { systemCall } from '../access/index.ts'
import { engineOf } from '../engines/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'
import { EXPIRE_BACKUPS_JOB } from './delete-database.ts'
import { passwordContext } from './insert-credential.ts'
import { nextStep, type Step } from './next-step.ts'
import { addressOf, databaseNameOf } from './read-databases.ts'
import { touchInstance } from './touch-instance.ts'

export interface ReconcileDeps {
  readonly db: Db
  readonly signals: Signals
  readonly sealer: Sealer
  readonly log: Logger
}

function selectSituation(db: Executor, databaseId: string) {
  return db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('targets', 'targets.id', 'instances.target_id')
    .where('databases.id', '=', databaseId)
    .select([
      'databases.state',
      'databases.engine',
      'databases.tls_required',
      'databases.database_name',
      'databases.ready_at as readyAt',
      'projects.workspace_id as workspaceId',
      'instances.revision',
      'instances.epoch',
      'instances.settled_epoch as settledEpoch',
      'instances.observed',
      'instances.observed_revision as observedRevision',
      'targets.agent',
    ])
}
type Situation = InferResult<ReturnType<typeof selectSituation>>[number]

/**
 * Brings a database's state up to what its agent has reported. May run at any time and any number of times:
 * it looks, decides (`nextStep`), and does it only if a second look, with the rows locked, decides the same.
 */
export async function reconcileDatabase(
  deps: ReconcileDeps,
  databaseId: string,
  jobId: string,
): Promise<void> {
  const situation = await selectSituation(deps.db, databaseId).executeTakeFirst()
  if (!situation) return
  const step = nextStep(situation)
  if (step.do === 'wait') return
  if (step.do === 'confirm-ready' || step.do === 'finish-restore') await tryLogin(deps, databaseId, situation)
  await transact(deps.db, async (tx) => {
    // The login may have taken seconds. A restore that began since is in the same state, but of another epoch.
    const now = await selectSituation(tx, databaseId).forUpdate(['databases', 'instances']).executeTakeFirst()
    if (!now || now.epoch !== situation.epoch || !isDeepStrictEqual(nextStep(now), step)) return
    await take(deps, tx, databaseId, now, step)
    await recordEvent(tx, systemCall('reconciler', jobId), {
      workspaceId: situation.workspaceId,
      action: ACTIONS[step.do],
      subjectType: 'database',
      subjectId: databaseId,
      ...('message' in step ? { after: { message: step.message } } : {}),
    })
    await deps.signals.send(tx, 'database', databaseId)
  })
}

const ACTIONS = {
  'confirm-ready': 'database.ready',
  'mark-failed': 'database.failed',
  'finish-restore': 'database.restored',
  'abandon-restore': 'database.restore-failed',
  'finish-deletion': 'database.removed',
} as const

async function tryLogin(deps: ReconcileDeps, databaseId: string, situation: Situation): Promise<void> {
  const credential = await deps.db
    .selectFrom('credentials')
    .select(['id', 'role_name', 'password', 'chosen'])
    .where('database_id', '=', databaseId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  // Every login may have been deleted since; then there is nobody to prove it for.
  if (!credential) return
  const { engine, agent, observed } = situation
  const address = addressOf({ ...situation, chosen: credential.chosen }, agent, observed)
  if (!address) throw new Error(`the host has not said where ${engine} listens`)
  const password = deps.sealer.open(credential.password, passwordContext(credential.id))
  const database = databaseNameOf(situation)
  await engineOf(engine).confirmLogin({ address, role: credential.role_name, password, database })
}

async function take(
  deps: ReconcileDeps,
  tx: Executor,
  databaseId: string,
  situation: Situation,
  step: Exclude<Step, { do: 'wait' }>,
): Promise<void> {
  const set = (changes: {
    state?: 'ready' | 'failed' | 'deleted'
    state_message?: string | null
    ready_at?: Date
  }) => tx.updateTable('databases').set(changes).where('id', '=', databaseId).execute()
  switch (step.do) {
    case 'confirm-ready':
      await set({ state: 'ready', state_message: null, ready_at: situation.readyAt ?? new Date() })
      await settleEpoch(tx, databaseId)
      await beginBackups(tx, databaseId)
      return
    case 'mark-failed':
      await set({ state: 'failed', state_message: step.message })
      await endRestore(tx, databaseId, situation.epoch, { state: 'failed', error: step.message })
      return
    case 'finish-restore':
      await set({ state: 'ready', state_message: null })
      await settleEpoch(tx, databaseId)
      await beginBackups(tx, databaseId)
      await endRestore(tx, databaseId, situation.epoch, { state: 'completed', error: null })
      return
    case 'abandon-restore':
      await set({ state: 'ready', state_message: `The last restore failed: ${step.message}` })
      await endRestore(tx, databaseId, situation.epoch, { state: 'failed', error: step.message })
      // Ask for what serves, so that nobody tries the failed epoch again.
      await touchInstance(tx, deps.signals, databaseId, {
        epoch: situation.observed?.epoch ?? situation.epoch,
      })
      return
    case 'finish-deletion':
      await set({ state: 'deleted' })
      // Where nothing is kept for a time of grace, or nothing was stored, this is the end of it.
      await addJob(tx, EXPIRE_BACKUPS_JOB, {}, { key: EXPIRE_BACKUPS_JOB })
      return
  }
}

/** Backups that were asked for while it was being made need not wait for the next minute. */
async function beginBackups(tx: Executor, databaseId: string): Promise<void> {
  const waiting = await tx
    .selectFrom('backup_jobs')
    .select('id')
    .where('deployment_id', '=', databaseId)
    .where('backup_id', 'is', null)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (waiting) await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
}

/** From here on clients have been promised the data of this epoch. */
async function settleEpoch(tx: Executor, databaseId: string): Promise<void> {
  await tx
    .updateTable('instances')
    .set({ settled_epoch: sql.ref('epoch') })
    .where('database_id', '=', databaseId)
    .execute()
}

async function endRestore(
  tx: Executor,
  databaseId: string,
  epoch: number,
  end: { state: 'completed' | 'failed'; error: string | null },
): Promise<void> {
  await tx
    .updateTable('restores')
    .set({ ...end, finished_at: new Date() })
    .where('database_id', '=', databaseId)
    .where('epoch', '=', epoch)
    .where('state', '=', 'running')
    .execute()
}
