import type { Socket } from 'node:net'

/**
 * Says the last words to a client and closes. Its unread bytes are thrown away for up to `lingerMs`: closing over
 * them would reset the connection, and the words with it.
 */
export function farewell(client: Socket, words: Buffer | undefined, lingerMs: number): Promise<void> {
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
    if (words === undefined) {
      client.destroy()
      return
    }
    client.resume()
    client.end(words)
  })
}
