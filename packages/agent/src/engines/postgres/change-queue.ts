import type { LogChange } from '../engine.ts'

/** More than this and the server has to wait, until the half of it has been taken. */
const limitBytes = 1024 * 1024

/** Changes that have come and are not yet taken. To be read by one reader. */
export interface ChangeQueue {
  push(change: LogChange): void
  /** No more come: what is there can still be taken. */
  end(): void
  fail(error: Error): void
  readonly changes: AsyncIterable<LogChange>
}

/** `flow` is told whether more may come. */
export function createChangeQueue(flow: (open: boolean) => void): ChangeQueue {
  const queued: LogChange[] = []
  let bytes = 0
  let held = false
  let over: { readonly error: Error | null } | undefined
  let wake = () => {}

  function take(): LogChange | undefined {
    const change = queued.shift()
    if (!change) return undefined
    bytes -= change.data.length
    if (held && bytes < limitBytes / 2) {
      held = false
      flow(true)
    }
    return change
  }

  async function* changes(): AsyncGenerator<LogChange> {
    for (;;) {
      const change = take()
      if (change) yield change
      else if (over?.error) throw over.error
      else if (over) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }

  return {
    push(change) {
      if (over) return
      queued.push(change)
      bytes += change.data.length
      if (!held && bytes > limitBytes) {
        held = true
        flow(false)
      }
      wake()
    },
    end() {
      over ??= { error: null }
      wake()
    },
    fail(error) {
      over ??= { error }
      wake()
    },
    changes: changes(),
  }
}
