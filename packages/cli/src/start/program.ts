/** What one incarnation of a program runs. Built anew for each, since ports and tokens become known on the way. */
export interface Invocation {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A program that the launcher keeps running. */
export interface Program<Ready> {
  readonly name: string
  invocation(): Invocation
  /** `ipc`: a message over Node's channel; `stdout`: one JSON line (for a program that becomes another by exec). */
  readonly channel: 'ipc' | 'stdout'
  /** The ready message, or null for any other. */
  parseReady(message: unknown): Ready | null
  /** Asks the program to end; PostgreSQL's fast shutdown is SIGINT. */
  readonly stopSignal: NodeJS.Signals
  /** Ends it now, taking its children along where the program can. */
  readonly killSignal: NodeJS.Signals
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export function describeExit(exit: Exit): string {
  return exit.signal ? `ended by ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`
}
