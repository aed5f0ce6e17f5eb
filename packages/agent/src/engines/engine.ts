import type { Readable } from 'node:stream'
import type { EngineOnHost, RecoveryPoint, Resources, Role } from '@croft/protocol'
import type { Logger } from 'pino'
import type { Lsn } from '../archive/lsn.ts'

/** What an engine can do. The core asks these; it never compares an engine's name. */
export interface EngineCapabilities {
  /** `Server.stream` gives a consistent copy of a running server. */
  readonly physicalCopy: boolean
  /** A server may be started before it is known whose it will be (the warm pool's started servers). */
  readonly warmStart: boolean
  /** `Server.followLog` gives every change, and `Engine.prepareRecovery` replays them. */
  readonly archive: boolean
}

/** One kind of database server. Adding one: a folder here, a line in `registry.ts`, the contract tests pass. */
export interface Engine {
  readonly name: string
  readonly defaultVersion: string
  readonly capabilities: EngineCapabilities
  /** Every version this engine knows, with whether its binaries are on this host. */
  versions(): Promise<EngineOnHost[]>
  /** Brings a version's binaries to this host; null is the one it gets best. `progress` gets a line now and then. */
  install(version: string | null, progress: (line: string) => void): Promise<void>
  /**
   * Makes an initialized, stopped data directory at `directory`, whose parent exists. Fast after the first
   * (a copy of a template). A directory that a crash left half made is made anew.
   */
  initialize(version: string, directory: string): Promise<void>
  /** Writes what `Server.stream` gave into a new data directory that `start` accepts. */
  restore(version: string, data: Readable, directory: string, signal: AbortSignal): Promise<void>
  /**
   * Changes a restored, stopped data directory into that of the next copy, an incremental one made from it.
   * Only engines whose `Server.stream` takes a parent have it.
   */
  restoreIncrement?(version: string, data: Readable, directory: string, signal: AbortSignal): Promise<void>
  /**
   * Lays archived changes into a restored, stopped data directory, so that its first start replays them up to a
   * point and then serves. Only engines with the capability `archive` have it. Throws `AgentFault`
   * `archive-incomplete` when the start finds that the point is not in the changes.
   */
  prepareRecovery?(options: RecoveryOptions): Promise<void>
  /** A copy of what `initialize` makes, as `Server.stream` would give it, with its name; null when it has none. */
  openInitial?(version: string): Promise<InitialCopy | null>
  /**
   * Copies the data of a running server into a new directory within the file system, sharing its blocks where that
   * can, else only if it is small; false, and nothing left, when it was not copied.
   */
  reflink?(server: Server, directory: string, signal: AbortSignal): Promise<boolean>
  /** Starts a server on a data directory; resolves when it answers. Throws `AgentFault`. */
  start(options: StartOptions): Promise<Server>
  /** Stops the server that a dead agent has left on this directory, if there is one. True when there was. */
  reap(directory: string): Promise<boolean>
}

export interface StartOptions {
  readonly version: string
  readonly directory: string
  /** Short path (a socket's path may have 107 bytes), private to the agent, made by the caller. */
  readonly runtimeDirectory: string
  readonly resources: Resources
  /** It is thrown away after a look at its data: nothing it writes has to survive it, and it does nothing by itself. */
  readonly scratch?: boolean
  readonly log: Logger
}

export interface RecoveryOptions {
  readonly version: string
  readonly directory: string
  readonly until: RecoveryPoint
  /** The changes to lay in from a position on, in order and without a gap, each with the position of its first byte. */
  log(from: Lsn): AsyncIterable<{ readonly start: Lsn; readonly data: Buffer }>
  readonly segmentBytes: number
  readonly timeline: number
  readonly signal: AbortSignal
}

/** The content of every empty data directory of one template. */
export interface InitialCopy {
  /** Names the template: data directories with this system id began as this copy. */
  readonly systemId: string
  /** The copy is consistent from here on: a chain that begins here or before goes on from it. */
  readonly consistentLsn: Lsn
  readonly sizeBytes: number
  open(): Promise<Readable>
}

/** A stream of all changes of a running server. */
export interface LogStream {
  /** Position of the first byte that comes. */
  readonly start: Lsn
  /** Ends when the server stops, after its last change; fails with an `AgentFault` when it breaks. */
  readonly changes: AsyncIterable<LogChange>
  /** Everything before this position is archived: the server may forget it. */
  confirm(lsn: Lsn): void
  close(): void
}

export interface LogChange {
  readonly start: Lsn
  readonly data: Buffer
  /** Where the server's durable log ends, and the server's clock in ms, when this was sent. */
  readonly serverEnd: Lsn
  readonly sentAt: number
}

/** Where a server's log stands. */
export interface LogPosition {
  readonly systemId: string
  readonly timeline: number
  readonly segmentBytes: number
  /** End of what is durable. */
  readonly end: Lsn
}

/** Where a gateway reaches a server: a unix socket, or a loopback port. */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number }

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A page that could not be read as it was written; null for what is not known of it. */
export interface DamagedPage {
  readonly database: string | null
  readonly relation: string | null
  readonly block: number | null
}

/** A running server. Methods throw `AgentFault` once it has exited. */
export interface Server {
  readonly pid: number
  readonly endpoint: Endpoint
  /** Settles when the process is gone, wanted or not. */
  readonly exited: Promise<Exit>
  /** `fast` ends sessions and writes a checkpoint; `immediate` does neither. Resolves when the process is gone. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
  /**
   * Makes the login roles exactly these. Sessions of a role that goes, or whose verifier changed, are ended;
   * what it owned stays. Roles that came with a copy of another instance go too. Repeating it changes nothing.
   * `databaseName` is made when it is not there, and is theirs; without it, the engine's usual one is.
   */
  applyRoles(roles: readonly Role[], connectionLimit: number, databaseName?: string): Promise<void>
  /**
   * Has sessions refuse to write until they say that they want to nevertheless, so that data can be deleted; ends those
   * that write now. It ends with the server.
   */
  refuseWrites?(refuse: boolean): Promise<void>
  /** Sessions of clients, and how many of them run a statement or hold a transaction open. */
  activity(): Promise<{ sessions: number; busy: number }>
  /** `statements` counts up from the server's start and begins again at 0 with the next. */
  usage(): Promise<{ sizeBytes: number; statements: number }>
  /** Has damaged pages told that sessions come upon, each relation once. One listener; it must not throw. */
  onDamage?(listener: (page: DamagedPage) => void): void
  /** Opaque; equal marks mean that no transaction has written in between. */
  mark(): Promise<string>
  /**
   * A consistent copy of the data as one tar stream. `sizeBytes` is an estimate for progress. With `parent`, the
   * manifest of an earlier copy, only what has changed since, if the server can say that.
   */
  stream(signal: AbortSignal, parent?: Buffer): Promise<DataCopy>
  /** Keeps account of changes from now on, so that the next copy can be one since the last. Never fails; it logs. */
  trackChanges?(): Promise<void>
  /** Where the log stands now. Only with the capability `archive`, like the next four. */
  logPosition?(): Promise<LogPosition>
  /**
   * Follows the log from a position, and keeps what is not confirmed on the server's disk from then on, up to the
   * engine's reserve. `from: null` begins at the oldest change that is there. Throws `AgentFault`
   * `archive-broken` when the changes at `from` are gone.
   */
  followLog?(from: Lsn | null): Promise<LogStream>
  /** Lets go of changes that are kept for `followLog`. */
  forgetLog?(): Promise<void>
  /** Leaves a named mark in the log, and makes it durable. */
  markLog?(name: string): Promise<{ lsn: Lsn; at: Date }>
  /** Reads everything and checks it: page checksums, heaps, indexes. Throws `AgentFault` `data-corrupt`. */
  verify?(signal: AbortSignal): Promise<{ relations: number; databases: number }>
}

export interface DataCopy {
  readonly data: Readable
  readonly sizeBytes: number
  readonly kind?: 'full' | 'incremental'
  /** Known when `data` has ended: the log a restore needs begins at `start`; it is consistent from `end` on. */
  readonly log?: Promise<{ start: Lsn; end: Lsn; manifest: Buffer }>
}
