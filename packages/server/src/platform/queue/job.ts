export interface JobHelpers {
  readonly jobId: string
  /** 1 at the first try. */
  readonly attempt: number
  /** Aborted when the worker stops and the job has had its time to end. */
  readonly signal: AbortSignal
}

/**
 * May run more than once for one `addJob`: after a failure, and after its worker died or was taken for dead. The
 * payload is what some version of Croft stored, so it is checked before use.
 */
export type Job = (payload: unknown, helpers: JobHelpers) => Promise<void>

export interface CronEntry {
  /** Stable: it is how the processes agree that this minute's job has been added. */
  readonly name: string
  /** Five fields, UTC. */
  readonly pattern: string
  /** Name of the job; its payload is `{}`. */
  readonly job: string
}
