import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { isConnected } from '../targets/index.ts'

/**
 * Asks hosts to write and read a small object there: those that the workspace sees as deployment targets; where it sees
 * none, a connected one, the oldest, which where a directory is concerned is the default one. None is asked that is asked
 * already, unless `again` says that what was asked is not true any more. Answers whether it asked any.
 */
export async function askProbe(
  tx: Executor,
  signals: Signals,
  backupTargetId: string,
  { again = false } = {},
): Promise<boolean> {
  const open = await tx
    .selectFrom('agent_tasks')
    .innerJoin('targets', 'targets.id', 'agent_tasks.target_id')
    .select(['agent_tasks.target_id', 'targets.connected_at', 'targets.last_seen_at'])
    .where('finished_at', 'is', null)
    .where(sql<boolean>`task->>'backupTargetId' = ${backupTargetId}`)
    .execute()
  // What a host that is away was asked is read when it is sent to it, with what is true then.
  const asked = new Set(open.filter((task) => !again || !isConnected(task)).map(({ target_id }) => target_id))
  const seen = await tx
    .selectFrom('backup_targets')
    .innerJoin('deployment_targets', 'deployment_targets.workspace_id', 'backup_targets.workspace_id')
    .innerJoin('targets', 'targets.id', 'deployment_targets.target_id')
    .select('targets.id')
    .where('backup_targets.id', '=', backupTargetId)
    .where('deployment_targets.deleted_at', 'is', null)
    .orderBy('targets.id')
    .execute()
  const hosts = seen.length > 0 ? seen : asked.size > 0 ? [] : await anyHost(tx)
  let isAsked = false
  for (const host of hosts) {
    if (asked.has(host.id)) continue
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
    isAsked = true
  }
  return isAsked
}

async function anyHost(tx: Executor): Promise<{ readonly id: string }[]> {
  const hosts = await tx
    .selectFrom('targets')
    .select(['id', 'connected_at', 'last_seen_at'])
    .orderBy('created_at')
    .execute()
  const host = hosts.find(isConnected) ?? hosts[0]
  return host ? [host] : []
}
