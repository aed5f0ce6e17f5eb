import type { Readable } from 'node:stream'
import type { EngineOnHost, Resources, Role } from '@croft/protocol'
import type { Logger } from 'pino'

/** What an engine can do. The core asks these; it never compares an engine's name. */
export interface EngineCapabilities {
  /** `Server.stream` gives a consistent copy of a running server. */
  readonly physicalCopy: boolean
  /** A server may be started before it is known whose it will be (the warm pool's started servers). */
  readonly warmStart: boolean
}

/** One kind of database server. Adding one: a folder here, a line in `registry.ts`, the contract tests pass. */
export interface Engine {
  readonly name: string
  readonly defaultVersion: string
  readonly capabilities: EngineCapabilities
  /** Every version this engine knows, with whether its binaries are on this host. */
  versions(): Promise<EngineOnHost[]>
  /** Brings a version's binaries to this host. `progress` gets a line now and then. */
  install(version: string, progress: (line: string) => void): Promise<void>
  /**
   * Makes an initialized, stopped data directory at `directory`, whose parent exists. Fast after the first
   * (a copy of a template). A directory that a crash left half made is made anew.
   */
  initialize(version: string, directory: string): Promise<void>
  /** Writes what `Server.stream` gave into a new data directory that `start` accepts. */
  restore(version: string, data: Readable, directory: string, signal: AbortSignal): Promise<void>
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
  readonly log: Logger
}

/** Where a gateway reaches a server: a unix socket, or a loopback port. */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number }

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
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
   */
  applyRoles(roles: readonly Role[], connectionLimit: number): Promise<void>
  /** Sessions of clients, and how many of them run a statement or hold a transaction open. */
  activity(): Promise<{ sessions: number; busy: number }>
  /** `statements` counts up from the server's start and begins again at 0 with the next. */
  usage(): Promise<{ sizeBytes: number; statements: number }>
  /** Opaque; equal marks mean that no transaction has written in between. */
  mark(): Promise<string>
  /** A consistent copy of the data as one tar stream. `sizeBytes` is an estimate for progress. */
  stream(signal: AbortSignal): Promise<{ data: Readable; sizeBytes: number }>
}
