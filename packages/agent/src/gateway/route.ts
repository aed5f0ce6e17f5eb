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
  /** Resolves when the server answers, waking it first. Rejects with `AgentFault`, or when `signal` aborts. */
  acquire(signal: AbortSignal): Promise<Lease>
}

/** How a gateway finds the instance of a login. Answers from memory: it stands in every connection's way. */
export interface RouteTable {
  find(user: string): Route | undefined
}

/** Traffic of one instance through one gateway. */
export interface Traffic {
  readonly sessions: number
  /** Milliseconds of `performance.now()` when a byte last went either way; 0 without a session. */
  readonly lastActivity: number
}

export interface Gateway {
  readonly port: number
  traffic(instanceId: string): Traffic
  /**
   * Ends every session of the instance with the engine's own message for an administrator's command, `reason`
   * in its text. Resolves when they are closed. `role` narrows it to one login.
   */
  closeSessions(instanceId: string, reason: string, role?: string): Promise<void>
  /** Stops listening, lets running statements end for `graceMs`, then ends what is left with a message. */
  drain(graceMs: number): Promise<void>
}
