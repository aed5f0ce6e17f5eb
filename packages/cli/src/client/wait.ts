import { setTimeout as sleep } from 'node:timers/promises'
import { CliFault } from '../fault.ts'

const FIRST_MS = 100
const LONGEST_MS = 2_000

/** Reads again, ever more slowly, until `isDone`. Throws after the given time; the work itself goes on. */
export async function waitFor<T>(
  first: T,
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  options: { readonly seconds: number; readonly what: string; readonly onChange: (value: T) => void },
): Promise<T> {
  const deadline = Date.now() + options.seconds * 1000
  let value = first
  for (let pause = FIRST_MS; !isDone(value); pause = Math.min(pause * 1.5, LONGEST_MS)) {
    if (Date.now() > deadline) {
      throw new CliFault(
        `${options.what} is not done after ${options.seconds} s. It goes on without this command.`,
        {
          hint: 'Wait longer with --timeout, or look later.',
        },
      )
    }
    await sleep(pause)
    value = await read()
    options.onChange(value)
  }
  return value
}
