import type { Clock } from './clock.ts'

/** `promise`, or undefined when it takes longer than `ms` or fails. For steps that may be left out. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(undefined))
    promise.then(
      (value) => {
        cancel()
        resolve(value)
      },
      () => {
        cancel()
        resolve(undefined)
      },
    )
  })
}
