import type { Fault } from '@croft/protocol'
import { toFault } from '../fault.ts'
import { backOff } from './back-off.ts'
import type { Clock } from './clock.ts'
import type { Idle } from './reconcile.ts'

/** Does the steps of one kind, one after the other, as long as the plan has any; a failed one after a pause. */
export interface Lane {
  /** Looks at the plan again. */
  poke(): void
  readonly retryAt: number
  /** Why the last step failed; null after one that did not. */
  readonly fault: Fault | null
  /** Takes no further step; resolves when the one under way has ended. */
  close(): Promise<void>
}

export interface LaneOptions<Step extends { readonly do: string }> {
  readonly clock: Clock
  plan(): Step | Idle
  run(step: Step): Promise<void>
  onFailure(step: Step, error: unknown): void
  /** After each step, when `fault` and `retryAt` are those that it left. */
  onEnd(): void
}

function isIdle(step: { readonly do: string }): step is Idle {
  return step.do === 'nothing' || step.do === 'wait'
}

export function createLane<Step extends { readonly do: string }>(options: LaneOptions<Step>): Lane {
  const { clock } = options
  let busy = false
  let running: Promise<void> = Promise.resolve()
  let closed = false
  let failures = 0
  let retryAt = 0
  let fault: Fault | null = null
  let cancel = () => {}

  async function run(step: Step): Promise<void> {
    try {
      await options.run(step)
      failures = 0
      fault = null
    } catch (error) {
      failures += 1
      fault = toFault(error)
      retryAt = clock.now() + backOff(failures)
      options.onFailure(step, error)
    }
    busy = false
    options.onEnd()
    poke()
  }

  function poke(): void {
    if (busy || closed) return
    cancel()
    const step = options.plan()
    if (!isIdle(step)) {
      // Before the step: what it does at once may poke again.
      busy = true
      running = run(step)
    } else if (step.do === 'wait') cancel = clock.after(Math.max(1, step.until - clock.now()), poke)
    else if (fault !== null) {
      // Something else has done meanwhile what failed here: it will not be tried again, and is no fault any more.
      failures = 0
      fault = null
      options.onEnd()
    }
  }

  return {
    poke,
    get retryAt() {
      return retryAt
    },
    get fault() {
      return fault
    },
    async close() {
      closed = true
      cancel()
      await running
    },
  }
}
