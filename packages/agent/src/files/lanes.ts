/** Work that runs a few pieces at a time beside whoever hands it in. */
export interface Lanes {
  /** Resolves when the work has begun. Throws what earlier work threw, and then nothing new begins. */
  run(work: () => Promise<void>): Promise<void>
  /** Resolves when all work is done, failed or not. */
  idle(): Promise<void>
  /** `idle`, then throws the first thing that work threw. */
  finish(): Promise<void>
}

/** At most `limit` pieces of work at one time. `run` is to be awaited before it is called again. */
export function createLanes(limit: number): Lanes {
  const running = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const idle = async () => {
    while (running.size > 0) await Promise.all(running)
  }
  return {
    async run(work) {
      while (running.size >= limit) await Promise.race(running)
      if (failure) throw failure.error
      const entry: Promise<void> = work()
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => running.delete(entry))
      running.add(entry)
    },
    idle,
    async finish() {
      await idle()
      if (failure) throw failure.error
    },
  }
}
