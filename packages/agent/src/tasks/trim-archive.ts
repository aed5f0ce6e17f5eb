import type { Task } from '@croft/protocol'
import { listPieces } from '../archive/list-pieces.ts'
import { parseLsn } from '../archive/lsn.ts'
import { removePieces } from '../archive/merge-pieces.ts'
import { chainKey, logKey } from '../archive/piece-key.ts'
import type { BackupStore } from '../backups/targets/target.ts'

/** Removes what no restore needs any more of a chain. Throws `AgentFault`, or the signal's reason. */
export async function trimArchive(
  { instanceId, chain, beforeLsn }: Extract<Task, { kind: 'trim-archive' }>,
  store: BackupStore,
  signal: AbortSignal,
): Promise<void> {
  if (beforeLsn === null) return store.remove(chainKey(instanceId, chain))
  const before = parseLsn(beforeLsn)
  const prefix = logKey(instanceId, chain)
  const pieces = await listPieces(store, prefix)
  // The last stays in any case: it says where the chain goes on after an agent was killed.
  const end = pieces.reduce((last, piece) => (piece.end > last ? piece.end : last), 0n)
  const trimmed = pieces.filter((piece) => piece.end <= before && piece.end < end)
  if (trimmed.length > 0) await removePieces(trimmed, { store, prefix, signal })
  await store.tidy?.(prefix)
}
