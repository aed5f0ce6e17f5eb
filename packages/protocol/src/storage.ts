import { type Static, Type } from 'typebox'
import { Fault } from './fault.ts'

/** Where backups and archives lie. A directory's `path: null` is the agent's own `<data dir>/backups`. */
export const BackupTarget = Type.Union([
  Type.Object({
    type: Type.Literal('directory'),
    path: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Object({
    type: Type.Literal('s3'),
    /** Origin of the service, `https://s3.eu-central-1.amazonaws.com`; no path. */
    endpoint: Type.String(),
    region: Type.String(),
    bucket: Type.String(),
    /** Put before every key, without slashes at its ends; '' for none. */
    prefix: Type.String(),
    /** `<endpoint>/<bucket>/<key>` rather than `<bucket>.<endpoint>/<key>`. */
    pathStyle: Type.Boolean(),
    accessKeyId: Type.String(),
    secretAccessKey: Type.String(),
    /** Whether it may be inside a private network; else no connection goes there, whatever its name leads to. */
    allowPrivate: Type.Optional(Type.Boolean()),
  }),
  Type.Object({
    type: Type.Literal('azure'),
    /** Of the account's blobs: `https://<account>.blob.core.windows.net`, or an emulator's with the account as path. */
    endpoint: Type.String(),
    account: Type.String(),
    container: Type.String(),
    prefix: Type.String(),
    /** Base64. */
    accountKey: Type.String(),
    allowPrivate: Type.Optional(Type.Boolean()),
  }),
  Type.Object({
    type: Type.Literal('google'),
    /** Origin of the service, `https://storage.googleapis.com`; no path. */
    endpoint: Type.String(),
    bucket: Type.String(),
    prefix: Type.String(),
    /** The JSON document that Google gives for a key of a service account. */
    jsonKey: Type.String(),
    allowPrivate: Type.Optional(Type.Boolean()),
  }),
])
export type BackupTarget = Static<typeof BackupTarget>

/** A database's own AES-256 key in base64. What was stored without one is read without one. */
export const EncryptionKey = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })

/** Until where archived changes are replayed. */
export const RecoveryPoint = Type.Union([
  /** ISO time with milliseconds; a commit at this moment is in. */
  Type.Object({ type: Type.Literal('time'), at: Type.String() }),
  /** A mark that a restore point left in the log; `id` is the restore point's. */
  Type.Object({ type: Type.Literal('mark'), id: Type.String() }),
  Type.Object({ type: Type.Literal('latest') }),
])
export type RecoveryPoint = Static<typeof RecoveryPoint>

export const Recovery = Type.Object({
  /** Whose archive it is. When this agent serves it, the archive is brought up to date first. */
  instanceId: Type.String(),
  chain: Type.String(),
  until: RecoveryPoint,
})
export type Recovery = Static<typeof Recovery>

export const ArchiveWish = Type.Object({
  target: BackupTarget,
  encryptionKey: Type.Optional(EncryptionKey),
})
export type ArchiveWish = Static<typeof ArchiveWish>

export const ArchiveState = Type.Union([
  /** The server runs and its changes are stored within seconds. */
  Type.Literal('streaming'),
  /** Its target does not answer or does not keep up; changes wait on the server's disk. */
  Type.Literal('lagging'),
  /** The server is asleep and all that it wrote is archived. */
  Type.Literal('complete'),
  /** The server does not run, and its last changes are not archived yet. */
  Type.Literal('incomplete'),
])
export type ArchiveState = Static<typeof ArchiveState>

/**
 * A chain is an archive without a gap. A new one begins with each epoch, with another target or key, and when the
 * server had to drop changes that were not archived in time.
 */
export const ObservedArchive = Type.Object({
  chain: Type.String(),
  epoch: Type.Integer(),
  startedAt: Type.String(),
  /** Where the chain begins, as PostgreSQL writes positions: `0/1A2B3C4D`. */
  startLsn: Type.String(),
  /** Key of a backup that the chain goes on from; null until a backup has been made since its start. */
  baseKey: Type.Union([Type.String(), Type.Null()]),
  state: ArchiveState,
  /** Every commit until then is archived. While streaming it is told every ten seconds at most. */
  archivedAt: Type.String(),
  /** Changes on the server's disk that are not archived. */
  lagBytes: Type.Number(),
  /** Why it lags. */
  fault: Type.Optional(Fault),
})
export type ObservedArchive = Static<typeof ObservedArchive>
