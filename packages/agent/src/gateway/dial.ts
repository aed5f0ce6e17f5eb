import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../engines/engine.ts'

/** Connects to a server. Rejects with the socket's error, or with the signal's reason. */
export function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const socket = connect({ ...endpoint, allowHalfOpen: true, noDelay: true })
    // Stays: without a listener an error before the relay has begun would end the process.
    socket.on('error', () => {})
    const settle = (done: () => void) => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      socket.off('connect', onConnect)
      done()
    }
    const onConnect = () => settle(() => resolve(socket))
    const onError = (error: Error) => settle(() => reject(error))
    const onAbort = () =>
      settle(() => {
        socket.destroy()
        reject(signal.reason)
      })
    signal.addEventListener('abort', onAbort)
    socket.once('error', onError)
    socket.once('connect', onConnect)
  })
}
