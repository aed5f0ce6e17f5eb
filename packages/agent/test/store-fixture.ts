import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface BlobFaults {
  /** Requests that are answered with 503. */
  fail: number
  /** Downloads, or uploads of parts, whose connection breaks half way. */
  cut: number
}

/** A store of the suite's own that speaks a provider's protocol. */
export interface StoreFixture<Target> {
  readonly target: Target
  readonly faults: BlobFaults
  /** `PUT /path?query` of each. */
  readonly requests: string[]
  readonly stored: ReadonlyMap<string, Buffer>
  /** Uploads that were begun and not ended. */
  unfinished(): number
  stop(): Promise<void>
}

export const bodyOf = (request: IncomingMessage): Promise<Buffer> => buffer(request)

export async function listening(server: Server): Promise<{ origin: string; stop(): Promise<void> }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
