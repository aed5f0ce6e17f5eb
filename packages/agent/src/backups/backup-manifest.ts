import { text } from 'node:stream/consumers'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AgentFault } from '../fault.ts'
import type { BackupStore } from './targets/target.ts'

/** A restore reads a full backup and so many incremental ones at most. */
export const maxDepth = 50

/**
 * What is known of a backup, kept beside its data. It is written last: a backup without it is not complete.
 * Fields that a reader must understand come only with another `format`, or with data under another name.
 */
export const BackupManifest = Type.Object({
  format: Type.Literal(1),
  instanceId: Type.String(),
  backupId: Type.String(),
  engine: Type.String(),
  version: Type.String(),
  /** Bytes of the tar stream, and of the compressed and maybe encrypted stream that is stored. */
  sizeBytes: Type.Integer({ minimum: 0 }),
  storedBytes: Type.Integer({ minimum: 0 }),
  /** Of the stored bytes, hexadecimal. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  startedAt: Type.String(),
  completedAt: Type.String(),
  mark: Type.String(),
  /** The stored bytes are encrypted with the database's key. Absent like all that follows in older backups. */
  sealed: Type.Optional(Type.Boolean()),
  kind: Type.Optional(Type.Union([Type.Literal('full'), Type.Literal('incremental')])),
  /** Key of the backup that an incremental one changes. */
  parentKey: Type.Optional(Type.String()),
  /** How many incremental backups lie between it and a full one, itself counted. */
  depth: Type.Optional(Type.Integer({ minimum: 0, maximum: maxDepth })),
  /** Whether what the engine needs for an incremental backup of it lies beside the data. */
  extensible: Type.Optional(Type.Boolean()),
  chain: Type.Optional(Type.String()),
  startLsn: Type.Optional(Type.String()),
  consistentAt: Type.Optional(Type.String()),
})
export type BackupManifest = Static<typeof BackupManifest>
const check = Compile(BackupManifest)
const checkFormat = Compile(Type.Object({ format: Type.Integer() }))

/** A reader from before there was encryption finds no data, rather than data it takes for damaged. */
export const dataName = (sealed: boolean): string => (sealed ? 'data.tar.zst.sealed' : 'data.tar.zst')
/** The engine's own description of the copy, from which an incremental one is made. */
export const copyManifestName = (sealed: boolean): string =>
  sealed ? 'backup_manifest.zst.sealed' : 'backup_manifest.zst'
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
