import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { dial } from './dial.ts'
import type { Lease, Route } from './route.ts'

/**
 * Wakes a route's server and connects to it. A server that has just gone, or whose backlog is full (EAGAIN on
 * a unix socket), is tried again until `signal` aborts; then it rejects with the signal's reason. Whoever gets
 * the lease releases it; on a rejection none is held.
 */
export async function connectServer(
  route: Route,
  signal: AbortSignal,
): Promise<{ lease: Lease; server: Socket }> {
  for (;;) {
    const lease = await acquire(route, signal)
    try {
      const server = await dial(lease.endpoint, signal)
      if (!signal.aborted) return { lease, server }
      server.destroy()
      throw signal.reason
    } catch (error) {
      lease.release()
      if (signal.aborted || !isTransient(error)) throw error
    }
    await delay(25, undefined, { signal }).catch(() => {
      throw signal.reason
    })
  }
}

/** Does not rely on `route` to heed the signal: a lease that comes too late is given back. */
function acquire(route: Route, signal: AbortSignal): Promise<Lease> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort)
    route.acquire(signal).then(
      (lease) => {
        signal.removeEventListener('abort', onAbort)
        if (signal.aborted) lease.release()
        else resolve(lease)
      },
      (error) => {
        signal.removeEventListener('abort', onAbort)
        reject(error)
      },
    )
  })
}

function isTransient(error: unknown): boolean {
  const errno = error instanceof Error && 'code' in error ? error.code : undefined
  return errno === 'ECONNREFUSED' || errno === 'ENOENT' || errno === 'EAGAIN' || errno === 'ECONNRESET'
}
