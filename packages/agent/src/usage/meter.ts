import type { UsageSample } from '@croft/protocol'
import type { Server } from '../engines/engine.ts'

/** Turns a server's counters into samples: what ran since the sample before. */
export interface Meter {
  /** Takes a sample of a running server. Throws `AgentFault` when it does not answer. */
  sample(server: Server): Promise<void>
}

export function createMeter(instanceId: string, tell: (sample: UsageSample) => void): Meter {
  const counted = new WeakMap<Server, number>()
  return {
    async sample(server) {
      const usage = await server.usage()
      // Read after the answer: two samples under way at once must not count the same statements twice.
      const before = counted.get(server) ?? 0
      counted.set(server, Math.max(before, usage.statements))
      tell({
        instanceId,
        at: new Date().toISOString(),
        sizeBytes: usage.sizeBytes,
        operations: Math.max(0, usage.statements - before),
      })
    },
  }
}
