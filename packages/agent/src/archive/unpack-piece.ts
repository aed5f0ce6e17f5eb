import { createDecompressor } from '../backups/compression.ts'
import { AgentFault } from '../fault.ts'
import type { Piece } from './piece-key.ts'

/**
 * The frames of a piece, decompressed one after the other: one was at most 16 MiB when it was cut, a merged piece
 * may be more. Each frame needs a decompressor of its own: Node's ends after the first and drops the rest without a
 * word. Throws `AgentFault` `backup-corrupt`, also when the piece does not hold what its name says.
 */
export async function* unpackPiece(piece: Piece, packed: Buffer): AsyncGenerator<Buffer> {
  let expected = Number(piece.end - piece.start)
  for (let rest = packed; rest.length > 0; ) {
    const { data, used } = await unpackFrame(rest, expected)
    expected -= data.length
    rest = rest.subarray(used)
    yield data
  }
  if (expected !== 0) throw damaged('a piece of it is too short')
}

async function unpackFrame(packed: Buffer, limit: number): Promise<{ data: Buffer; used: number }> {
  const decompressor = createDecompressor()
  const parts: Buffer[] = []
  let bytes = 0
  decompressor.end(packed)
  try {
    for await (const part of decompressor) {
      parts.push(part)
      bytes += part.length
      if (bytes > limit) throw damaged('a piece of it is too long')
    }
  } catch (error) {
    throw error instanceof AgentFault ? error : damaged('a piece of it cannot be decompressed', error)
  } finally {
    decompressor.destroy()
  }
  return { data: Buffer.concat(parts, bytes), used: decompressor.bytesWritten }
}

function damaged(what: string, cause?: unknown): AgentFault {
  return new AgentFault('backup-corrupt', `The archive is damaged: ${what}.`, { cause })
}
