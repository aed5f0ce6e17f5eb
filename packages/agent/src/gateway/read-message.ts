import type { Socket } from 'node:net'

/** What a parser has made of the first bytes, and how many it took. */
export interface Parsed<T> {
  readonly value: T
  readonly length: number
}

/**
 * Reads until `parse` finds a whole message in what has arrived, or throws. The stream is paused afterwards and what
 * follows the message is back in it. Rejects with what `parse` threw, with `gone()` when the other side has
 * closed, or with the signal's reason.
 */
export function readMessage<T>(
  stream: Socket,
  parse: (bytes: Buffer) => Parsed<T> | undefined,
  signal: AbortSignal,
  gone: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0)
    const settle = (done: () => void) => {
      stream.off('data', onData)
      stream.off('end', onGone)
      stream.off('close', onGone)
      signal.removeEventListener('abort', onAbort)
      stream.pause()
      done()
    }
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      let parsed: Parsed<T> | undefined
      try {
        parsed = parse(seen)
      } catch (error) {
        settle(() => reject(error))
        return
      }
      if (parsed === undefined) return
      const { value, length } = parsed
      settle(() => {
        if (length < seen.length) stream.unshift(seen.subarray(length))
        resolve(value)
      })
    }
    const onGone = () => settle(() => reject(gone()))
    const onAbort = () => settle(() => reject(signal.reason))
    if (signal.aborted) {
      onAbort()
      return
    }
    if (stream.destroyed || stream.readableEnded) {
      onGone()
      return
    }
    signal.addEventListener('abort', onAbort)
    stream.on('data', onData)
    stream.once('end', onGone)
    stream.once('close', onGone)
    stream.resume()
  })
}
