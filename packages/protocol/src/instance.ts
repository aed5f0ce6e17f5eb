import { type Static, Type } from 'typebox'
import { Fault } from './fault.ts'
import { ArchiveWish, BackupTarget, EncryptionKey, ObservedArchive, Recovery } from './storage.ts'

/** Where an instance's data comes from when an epoch is first made. */
export const Origin = Type.Union([
  Type.Object({ type: Type.Literal('empty') }),
  Type.Object({
    type: Type.Literal('backup'),
    /** Null for what an empty database began with, which no backup was made of. */
    backupId: Type.Union([Type.String(), Type.Null()]),
    /** Where the backup lies below its target, as its `BackupResult` said. */
    key: Type.String(),
    target: BackupTarget,
    encryptionKey: Type.Optional(EncryptionKey),
    /** Goes on from the backup through the archive; without it, the data is that of the backup. */
    recovery: Type.Optional(Recovery),
  }),
  /** A copy of another instance on the same host, taken while it goes on serving. */
  Type.Object({ type: Type.Literal('instance'), instanceId: Type.String() }),
])
export type Origin = Static<typeof Origin>

/** A login role, one per credential. The agent never sees a password, only its verifier. */
export const Role = Type.Object({
  /** Unique on the platform, unless somebody chose it. */
  name: Type.String(),
  /**
   * As its engine stores it: `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>` (postgres), `*` and 40
   * hexadecimal digits of mysql_native_password (mariadb), 64 of SHA-256 (redis).
   */
  verifier: Type.String(),
  /** Its name is unique in its instance only: it can log in through the instance's own port only. */
  chosen: Type.Optional(Type.Boolean()),
})
export type Role = Static<typeof Role>

/** What a database may use: memory in MB, settings by their engine names, and limits that hold while it runs. */
export const Resources = Type.Object({
  size: Type.String(),
  memoryMb: Type.Integer({ minimum: 1 }),
  settings: Type.Record(Type.String(), Type.String()),
  /** Processors at most, 0.5 is half of one; without it, all of the host. */
  cpus: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  /** Its server refuses writes while its files take more; without it, the disk is the limit. */
  storageBytes: Type.Optional(Type.Integer({ minimum: 1 })),
})
export type Resources = Static<typeof Resources>

/** What the control plane wants of one instance: the whole of it, never a difference. */
export const DesiredInstance = Type.Object({
  id: Type.String(),
  /** Grows with every change; an agent ignores one older than what it holds. */
  revision: Type.Integer(),
  engine: Type.String(),
  version: Type.String(),
  resources: Resources,
  presence: Type.Union([Type.Literal('present'), Type.Literal('absent')]),
  /**
   * Which generation of the data should serve. A higher epoch than the local one is made from `origin`
   * beside the old data, which stays until the new server has answered (an in-place restore).
   */
  epoch: Type.Integer({ minimum: 1 }),
  /**
   * The epoch whose data clients have been promised; 0 while there is none. An agent that lacks it must not make
   * it anew: that would pass off an empty database, or an old one, as the lost one.
   */
  settledEpoch: Type.Integer({ minimum: 0 }),
  origin: Origin,
  roles: Type.Array(Role),
  /** Sessions through the gateway at one time. */
  connectionLimit: Type.Integer({ minimum: 1 }),
  /** Sleep after so long without traffic; 0 never sleeps. */
  idleTimeoutSeconds: Type.Integer({ minimum: 0 }),
  /** Where its changes are archived; without it they are not. */
  archive: Type.Optional(ArchiveWish),
  /** A database of this name is to be there, and its roles' own; where engines have none, it means nothing. */
  databaseName: Type.Optional(Type.String()),
  /** Whether it gets a port of its own, which stays the same for as long as it lives. */
  ownPort: Type.Optional(Type.Boolean()),
  /** The isolation group on its host; without it, that of all who have none. */
  namespace: Type.Optional(Type.String()),
  /** Whether gateways refuse its clients that do not use TLS. */
  tlsRequired: Type.Optional(Type.Boolean()),
})
export type DesiredInstance = Static<typeof DesiredInstance>

export const InstanceStatus = Type.Union([
  Type.Literal('creating'),
  Type.Literal('ready'),
  /** The first epoch could not be made; nothing serves. */
  Type.Literal('failed'),
  Type.Literal('absent'),
])
export type InstanceStatus = Static<typeof InstanceStatus>

export const InstancePower = Type.Union([
  Type.Literal('asleep'),
  Type.Literal('starting'),
  Type.Literal('running'),
  Type.Literal('stopping'),
])
export type InstancePower = Static<typeof InstancePower>

/** What an agent sees of one instance. */
export const ObservedInstance = Type.Object({
  id: Type.String(),
  /** The newest desired revision that is applied in full (roles and limits included); 0 before the first. */
  revision: Type.Integer(),
  /** The epoch that serves now; 0 before the first is made. */
  epoch: Type.Integer(),
  status: InstanceStatus,
  power: InstancePower,
  /** An epoch that was tried and could not be made; the old one goes on serving. */
  failedEpoch: Type.Optional(Type.Object({ epoch: Type.Integer(), fault: Fault })),
  /** Why the newest revision is not applied yet, or why the server does not start. */
  fault: Type.Optional(Fault),
  /** Bytes of a copy or a restore under way. */
  progress: Type.Optional(Type.Object({ doneBytes: Type.Number(), totalBytes: Type.Number() })),
  /** How far its changes are archived; absent while nothing is. */
  archive: Type.Optional(ObservedArchive),
  /** The port of its own, once it has one. */
  port: Type.Optional(Type.Integer()),
  /** Its data takes all the storage it may have, and writes are refused. */
  storageFull: Type.Optional(Type.Boolean()),
})
export type ObservedInstance = Static<typeof ObservedInstance>
