import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { isConnected } from '../targets/index.ts'

/**
 * Asks a connected host to write and read a small object there; the oldest host, where a directory is concerned it is the
 * default one. Nothing when one is asked already, or when there is no host yet. Answers whether it asked.
 */
export async function askProbe(tx: Executor, signals: Signals, backupTargetId: string): Promise<boolean> {
  const open = await tx
    .selectFrom('agent_tasks')
    .select('id')
    .where('finished_at', 'is', null)
    .where(sql<boolean>`task->>'backupTargetId' = ${backupTargetId}`)
    .executeTakeFirst()
  if (open) return false
  const hosts = await tx
    .selectFrom('targets')
    .select(['id', 'connected_at', 'last_seen_at'])
    .orderBy('created_at')
    .execute()
  const host = hosts.find(isConnected) ?? hosts[0]
  if (!host) return false
  const id = newId()
  await tx
    .insertInto('agent_tasks')
    .values({
      id,
      target_id: host.id,
      task: { id, kind: 'probe-target', backupTargetId, target: { type: 'stored', backupTargetId } },
    })
    .execute()
  await signals.send(tx, 'task', host.id)
  return true
}
