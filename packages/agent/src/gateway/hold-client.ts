import type { Socket } from 'node:net'

/** A client may say this much before its server listens; normally it says nothing. */
const MAX_EARLY_BYTES = 65_536

/**
 * Watches a client that waits, to notice when it leaves. Returns what ends the watch, with the bytes that came
 * meanwhile; the client is paused then.
 */
export function holdClient(client: Socket, rest: Buffer, onGone: () => void): () => Buffer {
  const early: Buffer[] = []
  let size = 0
  const onData = (chunk: Buffer) => {
    early.push(chunk)
    size += chunk.length
    if (size > MAX_EARLY_BYTES) client.pause()
  }
  if (rest.length > 0) onData(rest)
  client.on('data', onData)
  client.once('end', onGone)
  client.once('close', onGone)
  if (client.destroyed || client.readableEnded) onGone()
  else if (size <= MAX_EARLY_BYTES) client.resume()
  return () => {
    client.off('data', onData)
    client.off('end', onGone)
    client.off('close', onGone)
    client.pause()
    return Buffer.concat(early)
  }
}
