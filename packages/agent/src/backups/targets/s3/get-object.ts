import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../../../fault.ts'
import { destroyOnAbort } from '../../../files/destroy-on-abort.ts'
import { retryDelay } from '../../../link/retry-delay.ts'
import { faultOfConnection, unreachable } from './s3-fault.ts'

const silenceMs = 60_000
/** A body that breaks so often without a byte in between is given up. */
const breaksAllowed = 5
const bufferedBytes = 1024 * 1024

/** What reads objects, of S3 or another service. */
export interface ObjectReader {
  readonly target: { readonly endpoint: string }
  open(
    request: {
      readonly method: 'GET'
      readonly key: string
      readonly headers?: Readonly<Record<string, string>>
      readonly accept?: (refusal: { readonly status: number }) => boolean
    },
    signal: AbortSignal,
  ): Promise<IncomingMessage>
}

/** An object as a stream. A body that breaks is gone on with from where it was, as long as it is the same object. */
export async function getObject(client: ObjectReader, key: string, signal: AbortSignal): Promise<Readable> {
  const first = await client.open({ method: 'GET', key }, signal)
  const { etag } = first.headers
  const total = Number(first.headers['content-length'])
  let current: IncomingMessage = first

  const goOn = async (at: number): Promise<IncomingMessage> => {
    const headers = { range: `bytes=${at}-`, ...(etag === undefined ? {} : { 'if-match': etag }) }
    const changed = { code: '' }
    const accept = ({ status }: { status: number }) => {
      if (status === 412) changed.code = 'changed'
      return false
    }
    const response = await client
      .open({ method: 'GET', key, headers, accept }, signal)
      .catch((error: unknown) => {
        if (!changed.code) throw error
        throw new AgentFault('backup-missing', 'The backup was replaced while it was read.', { cause: error })
      })
    if (response.statusCode !== 206) {
      response.destroy()
      throw unreachable('The service cannot read from the middle of an object; check the target’s endpoint.')
    }
    return response
  }
  const pieces = async function* (): AsyncGenerator<Buffer> {
    let at = 0
    let breaks = 0
    for (;;) {
      try {
        for await (const piece of withinSilence(current)) {
          at += piece.length
          breaks = 0
          yield piece
        }
        if (Number.isNaN(total) || at === total) return
        throw Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' })
      } catch (error) {
        signal.throwIfAborted()
        breaks += 1
        if (breaks > breaksAllowed || Number.isNaN(total)) throw faultOfConnection(client.target, error)
        current.destroy()
        await delay(retryDelay(breaks - 1), undefined, { signal }).catch(() => signal.throwIfAborted())
        current = await goOn(at)
      }
    }
  }
  const data = Readable.from(pieces(), { objectMode: false, highWaterMark: bufferedBytes })
  const release = destroyOnAbort(data, signal)
  // The answer's own errors are the generator's to see; after it has ended nobody is left who would.
  first.on('error', () => {})
  data.once('close', () => {
    release()
    current.on('error', () => {}).destroy()
  })
  return data
}

/** The pieces of an answer; it breaks when the service, not the reader, is silent for too long. */
async function* withinSilence(response: IncomingMessage): AsyncGenerator<Buffer> {
  const pieces: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  for (;;) {
    const late = setTimeout(() => {
      response.destroy(Object.assign(new Error('the answer stopped'), { code: 'ETIMEDOUT' }))
    }, silenceMs)
    try {
      const next = await pieces.next()
      if (next.done) return
      yield next.value
    } finally {
      clearTimeout(late)
    }
  }
}
