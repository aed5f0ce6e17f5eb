import { text } from 'node:stream/consumers'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { BackupStore } from '../backups/targets/target.ts'
import { AgentFault } from '../fault.ts'
import { chainKey, chainManifestName } from './piece-key.ts'

/** What is known of a chain from its first moment, stored before its first piece and never changed. */
export const ChainManifest = Type.Object({
  format: Type.Literal(1),
  instanceId: Type.String(),
  chain: Type.String(),
  epoch: Type.Integer(),
  engine: Type.String(),
  version: Type.String(),
  /** The whole log is of one timeline: a restore begins a new chain. */
  timeline: Type.Integer({ minimum: 1 }),
  segmentBytes: Type.Integer({ minimum: 1 }),
  systemId: Type.String(),
  startLsn: Type.String(),
  startedAt: Type.String(),
  /** What a restore may begin with besides backups made since; null for nothing. */
  baseKey: Type.Union([Type.String(), Type.Null()]),
  /** Whether pieces are encrypted with the database's key. */
  encrypted: Type.Boolean(),
})
export type ChainManifest = Static<typeof ChainManifest>
const check = Compile(ChainManifest)

/** Throws `AgentFault` `backup-missing`, `backup-corrupt`, and what the store throws. */
export async function readChain(
  store: BackupStore,
  instanceId: string,
  chain: string,
  signal: AbortSignal,
): Promise<ChainManifest> {
  const content = await text(await store.get(`${chainKey(instanceId, chain)}/${chainManifestName}`, signal))
  try {
    const value: unknown = JSON.parse(content)
    if (check.Check(value)) return value
  } catch (cause) {
    throw new AgentFault('backup-corrupt', 'The archive’s description is not JSON.', { cause })
  }
  throw new AgentFault('backup-corrupt', 'The archive’s description lacks fields or has wrong ones.')
}
