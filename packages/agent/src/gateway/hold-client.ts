import type { Socket } from 'node:net'

/** A client may say this much before its server listens; normally it says nothing. */
const MAX_EARLY_BYTES = 65_536

/**
 * Watches a client that waits, to notice when it leaves. Returns what ends the watch: the client is paused then, and
 * what came meanwhile is back in it.
 */
export function holdClient(client: Socket, onGone: () => void): () => void {
  const early: Buffer[] = []
  let size = 0
  const onData = (chunk: Buffer) => {
    early.push(chunk)
    size += chunk.length
    if (size > MAX_EARLY_BYTES) client.pause()
  }
  client.on('data', onData)
  client.once('end', onGone)
  client.once('close', onGone)
  if (client.destroyed || client.readableEnded) onGone()
  else client.resume()
  return () => {
    client.off('data', onData)
    client.off('end', onGone)
    client.off('close', onGone)
    client.pause()
    if (size > 0 && !client.readableEnded && !client.destroyed) client.unshift(Buffer.concat(early))
  }
}
