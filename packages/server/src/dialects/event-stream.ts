import { Readable } from 'node:stream'
import { type TSchema, Type } from 'typebox'

/** Keeps proxies and our own timeout of two minutes from closing a connection on which nothing happens. */
const HEARTBEAT_MS = 15_000

export interface StreamOptions {
  /** Sent at once, so that the answer begins before there is anything to tell. */
  readonly first?: string
  /** Sent when there was nothing else for a while. */
  readonly heartbeat?: string
}

/** The response schema of an operation that answers a stream of such items; its handler returns the stream. */
export const streamed = (item: TSchema) => Type.Unsafe<Readable>(item)

/**
 * Text as it is made, no faster than the client reads it. The signal aborts when the client is gone, also while the
 * next piece is waited for.
 */
export function streamOf(
  make: (signal: AbortSignal) => AsyncIterable<string>,
  { first, heartbeat }: StreamOptions = {},
): Readable {
  const ended = new AbortController()
  const pieces = make(ended.signal)[Symbol.asyncIterator]()
  let waiting = false
  const stream = new Readable({
    read() {
      if (waiting) return
      waiting = true
      pieces.next().then(
        ({ done, value }) => {
          waiting = false
          if (!ended.signal.aborted) this.push(done ? null : value)
        },
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      )
    },
    destroy(error, callback) {
      clearInterval(timer)
      ended.abort()
      // Not awaited: it may wait for what the abort has just ended.
      Promise.resolve(pieces.return?.()).catch(() => undefined)
      callback(error)
    },
  })
  const timer =
    heartbeat === undefined
      ? undefined
      : setInterval(() => {
          if (waiting && stream.readableLength === 0) stream.push(heartbeat)
        }, HEARTBEAT_MS).unref()
  if (first !== undefined) stream.push(first)
  return stream
}

async function* printed<Item>(items: AsyncIterable<Item>, print: (item: Item) => string) {
  for await (const item of items) yield print(item)
}

/** Server-sent events, each with its id so that a client that lost its connection says where it was. */
export function serverSentEvents<Item extends { readonly id: string }>(
  make: (signal: AbortSignal) => AsyncIterable<Item>,
  present: (item: Item) => object,
): Readable {
  const print = (item: Item) => `id: ${item.id}\ndata: ${JSON.stringify(present(item))}\n\n`
  return streamOf((signal) => printed(make(signal), print), { first: 'retry: 1000\n\n', heartbeat: ':\n\n' })
}

/** One JSON text on each line. */
export function jsonLines<Item>(
  make: (signal: AbortSignal) => AsyncIterable<Item>,
  present: (item: Item) => object,
): Readable {
  return streamOf((signal) => printed(make(signal), (item) => `${JSON.stringify(present(item))}\n`))
}
