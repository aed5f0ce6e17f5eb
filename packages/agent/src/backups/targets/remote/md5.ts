import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

const pauseBytes = 1024 * 1024

/** The MD5 of a part in base64. Gateways share this thread: they have their turn after each megabyte. */
export async function md5Of(pieces: readonly Buffer[]): Promise<string> {
  const hash = createHash('md5')
  let since = 0
  for (const piece of pieces) {
    hash.update(piece)
    since += piece.length
    if (since < pauseBytes) continue
    since = 0
    await setImmediate()
  }
  return hash.digest('base64')
}
