import type { Endpoint } from '../../engines/engine.ts'
import { dial } from '../dial.ts'

/** Which server issued the key of each live session. */
export interface CancelKeys {
  /** Returns what forgets it again. */
  remember(key: string, endpoint: Endpoint): () => void
  find(key: string): Endpoint | undefined
}

export function createCancelKeys(): CancelKeys {
  const endpoints = new Map<string, { endpoint: Endpoint }>()
  return {
    remember(key, endpoint) {
      const entry = { endpoint }
      endpoints.set(key, entry)
      return () => {
        if (endpoints.get(key) === entry) endpoints.delete(key)
      }
    },
    find: (key) => endpoints.get(key)?.endpoint,
  }
}

const CANCEL_CODE = 80877102

/** The CancelRequest a client would send for `key`. */
export function cancelPacket(key: string): Buffer {
  const pidAndSecret = Buffer.from(key, 'latin1')
  const head = Buffer.alloc(8)
  head.writeInt32BE(head.length + pidAndSecret.length, 0)
  head.writeInt32BE(CANCEL_CODE, 4)
  return Buffer.concat([head, pidAndSecret])
}

/**
 * Hands a CancelRequest to the server and resolves when the server has closed, which is how a client learns
 * that it was dealt with. Rejects when the server is not reached before `signal` aborts.
 */
export async function sendCancel(endpoint: Endpoint, packet: Buffer, signal: AbortSignal): Promise<void> {
  const server = await dial(endpoint, signal)
  await new Promise<void>((resolve) => {
    const stop = () => server.destroy()
    signal.addEventListener('abort', stop)
    server.on('error', () => {})
    server.once('end', stop)
    server.once('close', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    server.resume()
    server.write(packet)
  })
}
