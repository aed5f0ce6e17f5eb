import { keepSealing, type SealingDeps } from './keep-sealing.ts'

/** Has events sealed in this process as long as anybody holds it; what it returns lets go, and waits if it was the last. */
export function createHoldSealing(deps: SealingDeps): () => () => Promise<void> {
  let holders = 0
  let stop: (() => Promise<void>) | undefined
  return () => {
    holders++
    stop ??= keepSealing(deps)
    let held = true
    return async () => {
      if (!held) return
      held = false
      holders--
      if (holders > 0) return
      const stopping = stop
      stop = undefined
      await stopping?.()
    }
  }
}
