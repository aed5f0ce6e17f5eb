import type { Socket } from 'node:net'
import { errorResponse, type Fatal } from './fatal.ts'

/**
 * Tells a client why it is turned away and closes. Its unread bytes are thrown away for up to `lingerMs`:
 * closing over them would reset the connection, and the message with it.
 */
export function farewell(client: Socket, fatal: Fatal | undefined, lingerMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (client.closed) {
      resolve()
      return
    }
    const timer = setTimeout(() => client.destroy(), lingerMs)
    client.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    if (client.destroyed) return
    if (fatal === undefined) {
      client.destroy()
      return
    }
    client.resume()
    client.end(errorResponse(fatal))
  })
}
