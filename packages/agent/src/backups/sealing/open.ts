import { createDecipheriv } from 'node:crypto'
import { Transform } from 'node:stream'
import { AgentFault } from '../../fault.ts'
import { chunkBytes, headerBytes, magic, nonceOf, streamKey, tagBytes } from './sealed-format.ts'

const sealedChunk = chunkBytes + tagBytes

/**
 * Decrypts what `createSealing` made. Bytes come out only after their chunk's tag was right. Fails with
 * `backup-corrupt` when the key is another one, or anything was changed, cut off or added.
 */
export function createOpening(key: Buffer): Transform {
  let held: Buffer[] = []
  let heldBytes = 0
  let secret: Buffer | undefined
  let counter = 0

  /** Takes so many bytes off what is held. */
  const take = (bytes: number): Buffer => {
    const [first] = held
    const all = held.length === 1 && first ? first : Buffer.concat(held, heldBytes)
    held = [all.subarray(bytes)]
    heldBytes -= bytes
    return all.subarray(0, bytes)
  }

  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      try {
        held.push(piece)
        heldBytes += piece.length
        if (!secret && heldBytes >= headerBytes) secret = streamKey(key, saltOf(take(headerBytes)))
        // The last chunk is whole only when the stream has ended.
        while (secret && heldBytes > sealedChunk) {
          this.push(openChunk(secret, take(sealedChunk), counter, false))
          counter += 1
        }
        done()
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
    flush(done) {
      try {
        if (!secret) throw damaged('it is cut off')
        done(null, openChunk(secret, take(heldBytes), counter, true))
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
}

/** Decrypts bytes that are at hand. Throws `AgentFault` `backup-corrupt`. */
export function openBytes(key: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < headerBytes) throw damaged('it is cut off')
  const secret = streamKey(key, saltOf(sealed))
  const plain: Buffer[] = []
  let at = headerBytes
  for (let counter = 0; ; counter++) {
    const last = sealed.length - at <= sealedChunk
    const end = last ? sealed.length : at + sealedChunk
    plain.push(openChunk(secret, sealed.subarray(at, end), counter, last))
    if (last) return Buffer.concat(plain)
    at = end
  }
}

function saltOf(head: Buffer): Buffer {
  if (!head.subarray(0, magic.length).equals(magic)) throw damaged('it is not encrypted as it should be')
  return Buffer.from(head.subarray(magic.length, headerBytes))
}

function openChunk(secret: Buffer, sealed: Buffer, counter: number, last: boolean): Buffer {
  if (sealed.length < tagBytes) throw damaged('it is cut off')
  const decipher = createDecipheriv('aes-256-gcm', secret, nonceOf(counter, last), {
    authTagLength: tagBytes,
  })
  const body = sealed.subarray(0, -tagBytes)
  const plain = decipher.update(body)
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged('it was changed or cut off, or the key is another database’s', cause)
  }
  return plain
}

function damaged(what: string, cause?: unknown): AgentFault {
  return new AgentFault('backup-corrupt', `The backup is damaged: ${what}.`, { cause })
}
