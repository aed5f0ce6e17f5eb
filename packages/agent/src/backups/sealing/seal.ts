import { createCipheriv } from 'node:crypto'
import { Transform } from 'node:stream'
import { chunkBytes, magic, newSalt, nonceOf, streamKey } from './sealed-format.ts'

/** Encrypts a stream. `key` is the database's, 32 bytes. */
export function createSealing(key: Buffer): Transform {
  const salt = newSalt()
  const secret = streamKey(key, salt)
  let held: Buffer[] = []
  let heldBytes = 0
  let counter = 0
  let begun = false

  const sealChunk = (plain: readonly Buffer[], last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', secret, nonceOf(counter, last))
    counter += 1
    const parts = begun ? [] : [magic, salt]
    begun = true
    for (const piece of plain) parts.push(cipher.update(piece))
    cipher.final()
    return Buffer.concat([...parts, cipher.getAuthTag()])
  }

  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      held.push(piece)
      heldBytes += piece.length
      // One byte more than a chunk is waited for: only then is it known not to be the last.
      while (heldBytes > chunkBytes) {
        const all = held.length === 1 ? piece : Buffer.concat(held, heldBytes)
        this.push(sealChunk([all.subarray(0, chunkBytes)], false))
        held = [all.subarray(chunkBytes)]
        heldBytes -= chunkBytes
        piece = held[0] ?? piece
      }
      done()
    },
    flush(done) {
      done(null, sealChunk(held, true))
    },
  })
}

/** Encrypts bytes that are at hand. */
export function sealBytes(key: Buffer, plain: Buffer): Buffer {
  const salt = newSalt()
  const secret = streamKey(key, salt)
  const parts = [magic, salt]
  const chunks = Math.max(1, Math.ceil(plain.length / chunkBytes))
  for (let counter = 0; counter < chunks; counter++) {
    const cipher = createCipheriv('aes-256-gcm', secret, nonceOf(counter, counter === chunks - 1))
    parts.push(cipher.update(plain.subarray(counter * chunkBytes, (counter + 1) * chunkBytes)))
    cipher.final()
    parts.push(cipher.getAuthTag())
  }
  return Buffer.concat(parts)
}
