/** What a run of the CLI has of the world around it; made once in main.ts. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly directory: string
  /** Data: what a script would read. */
  readonly out: NodeJS.WriteStream
  /** Everything else: progress, notes, errors. */
  readonly err: NodeJS.WriteStream
  /** Whether a person can answer a question. */
  readonly interactive: boolean
  /** Aborts when the process is asked to stop. Commands that end by themselves leave it unused. */
  onSignal(handler: (signal: NodeJS.Signals | 'disconnect') => void): void
}
