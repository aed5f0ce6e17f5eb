import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'

/**
 * Streams that last, so many for each caller at one time in this process. Throws `rate-limited` at once when the caller
 * has that many; one counts from the moment that it is read.
 */
export function createLimitStreams(most: number, what: string) {
  const open = new Map<string, number>()

  async function* counted<Item>(
    who: string,
    items: AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    open.set(who, (open.get(who) ?? 0) + 1)
    try {
      yield* items
    } finally {
      const others = (open.get(who) ?? 1) - 1
      if (others > 0) open.set(who, others)
      else open.delete(who)
    }
  }

  return <Item>({ principal: { id } }: Call, make: () => AsyncIterable<Item>) => {
    if ((open.get(id) ?? 0) < most) return counted(id, make())
    throw new CroftError('rate-limited', `Events can be ${what} ${most} times at once.`, { retryAfter: 5 })
  }
}
