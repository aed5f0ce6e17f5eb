import type { Logger } from 'pino'
import type { Clock } from '../instances/clock.ts'
import type { Instance } from '../instances/instance.ts'

export interface SampleUsageOptions {
  readonly instances: () => Iterable<Instance>
  readonly everyMs: number
  readonly clock: Clock
  readonly log: Logger
}

/** Samples each running instance every so often, one after the other. The result stops it. */
export function sampleUsage({ instances, everyMs, clock, log }: SampleUsageOptions): () => void {
  let stopped = false
  let cancel = () => {}

  async function round(): Promise<void> {
    for (const instance of [...instances()]) {
      if (stopped) return
      // One that does not answer is told of elsewhere; the next round asks again.
      await instance.sample().catch((err: unknown) => log.debug({ err, instance: instance.id }, 'no sample'))
    }
    if (!stopped) wait()
  }

  function wait(): void {
    cancel = clock.after(everyMs, () => void round())
  }

  wait()
  return () => {
    stopped = true
    cancel()
  }
}
