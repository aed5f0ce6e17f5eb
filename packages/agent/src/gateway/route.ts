import type { Endpoint } from '../engines/engine.ts'

/** Holds a server awake. `release` may be called more than once. */
export interface Lease {
  readonly endpoint: Endpoint
  release(): void
}

/** What a gateway needs to know of the instance behind a user name. */
export interface Route {
  readonly instanceId: string
  /** Sessions allowed at one time, over all roles of the instance. */
  readonly connectionLimit: number
  /** Who does not use TLS is turned away. */
  readonly tlsRequired: boolean
  /** Resolves when the server answers, waking it first. Rejects with `AgentFault`, or when `signal` aborts. */
  acquire(signal: AbortSignal): Promise<Lease>
}

/** How a port finds the instance of a login. Answers from memory: it stands in every connection's way. */
export interface RouteTable {
  find(user: string): Route | undefined
  /** The login that is meant when none is named: the only one there is, if the port is one instance's own. */
  only(): { readonly user: string; readonly route: Route } | undefined
}

/** Traffic of one instance through one gateway. */
export interface Traffic {
  readonly sessions: number
  /** Milliseconds of `performance.now()` when a byte last went either way; 0 without a session. */
  readonly lastActivity: number
}

/** A port that leads to one instance only. */
export interface OpenPort {
  readonly port: number
  /** Stops listening; sessions go on. */
  close(): void
}

export interface Gateway {
  /** The engine that it leads to. */
  readonly engine: string
  /** The shared port. */
  readonly port: number
  /** Listens on one more port (0 picks a free one), with routes of its own. Rejects when it cannot listen. */
  openPort(port: number, routes: RouteTable): Promise<OpenPort>
  traffic(instanceId: string): Traffic
  /**
   * Ends every session of the instance with the engine's own message for an administrator's command, `reason`
   * in its text. Resolves when they are closed. `role` narrows it to one login.
   */
  closeSessions(instanceId: string, reason: string, role?: string): Promise<void>
  /** Stops listening, lets running statements end for `graceMs`, then ends what is left with a message. */
  drain(graceMs: number): Promise<void>
}
