import { text } from 'node:stream/consumers'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AgentFault } from '../fault.ts'
import type { BackupStore } from './targets/target.ts'

/**
 * What is known of a backup, kept beside its data. It is written last: a backup without it is not complete.
 * Its fields change only with `format`.
 */
export const BackupManifest = Type.Object({
  format: Type.Literal(1),
  instanceId: Type.String(),
  backupId: Type.String(),
  engine: Type.String(),
  version: Type.String(),
  /** Bytes of the tar stream, and of the zstd stream that is stored. */
  sizeBytes: Type.Integer({ minimum: 0 }),
  storedBytes: Type.Integer({ minimum: 0 }),
  /** Of the stored bytes, hexadecimal. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  startedAt: Type.String(),
  completedAt: Type.String(),
  mark: Type.String(),
})
export type BackupManifest = Static<typeof BackupManifest>
const check = Compile(BackupManifest)
const checkFormat = Compile(Type.Object({ format: Type.Integer() }))

export const dataName = 'data.tar.zst'
export const manifestName = 'manifest.json'

/** The manifest of the backup at `key`. Throws `backup-missing`, `backup-corrupt`, `backup-incompatible`. */
export async function readManifest(
  store: BackupStore,
  key: string,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const content = await text(await store.get(`${key}/${manifestName}`, signal))
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    throw new AgentFault('backup-corrupt', 'The backup’s manifest is not JSON.', { cause })
  }
  if (check.Check(value)) return value
  if (checkFormat.Check(value) && value.format !== 1) {
    throw new AgentFault('backup-incompatible', `The backup has format ${value.format}; this agent reads 1.`)
  }
  throw new AgentFault('backup-corrupt', 'The backup’s manifest lacks fields or has wrong ones.')
}
