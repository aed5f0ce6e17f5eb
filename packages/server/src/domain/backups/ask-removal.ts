import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTarget } from '../../platform/db/stored-messages.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { targetOf } from '../targets/index.ts'

export interface BackupToRemove {
  readonly id: string
  readonly key: string | null
  readonly target: StoredTarget
  readonly instance_id: string
  /** The host that made it. */
  readonly target_id: string
}

export interface ChainToRemove {
  readonly instance_id: string
  readonly chain: string
  readonly backup_target_id: string | null
  readonly target_id: string
}

/** Asks the hosts that made them to remove backups, in the caller's transaction. */
export async function askDeletion(
  tx: Executor,
  signals: Signals,
  backups: readonly BackupToRemove[],
): Promise<void> {
  for (const backup of backups) {
    const id = newId()
    const task = {
      id,
      kind: 'delete-backup',
      backupId: backup.id,
      // Where agents put what they never finished.
      key: backup.key ?? `${backup.instance_id}/${backup.id}`,
      target: backup.target,
    } as const
    await tx.insertInto('agent_tasks').values({ id, target_id: backup.target_id, task }).execute()
    await tx
      .updateTable('backups')
      .set({ state: 'deleting', task_id: id })
      .where('id', '=', backup.id)
      .execute()
  }
  await announce(tx, signals, backups)
}

/** Asks for the removal of an archive's changes before a position, or of all of it. */
export async function askTrim(
  tx: Executor,
  signals: Signals,
  chain: ChainToRemove,
  beforeLsn: string | null,
): Promise<void> {
  const id = newId()
  const task = {
    id,
    kind: 'trim-archive',
    instanceId: chain.instance_id,
    chain: chain.chain,
    beforeLsn,
    target: targetOf(chain.backup_target_id),
  } as const
  await tx.insertInto('agent_tasks').values({ id, target_id: chain.target_id, task }).execute()
  await tx
    .updateTable('archive_chains')
    .set(beforeLsn === null ? { removed_at: new Date() } : { trimmed_lsn: beforeLsn })
    .where('instance_id', '=', chain.instance_id)
    .where('chain', '=', chain.chain)
    .execute()
  await announce(tx, signals, [chain])
}

async function announce(
  tx: Executor,
  signals: Signals,
  removed: readonly { readonly target_id: string }[],
): Promise<void> {
  for (const target of new Set(removed.map((each) => each.target_id))) await signals.send(tx, 'task', target)
}
