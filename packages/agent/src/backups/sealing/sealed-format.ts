import { hkdfSync, randomBytes } from 'node:crypto'

/**
 * A sealed stream: `CROFTS1\n`, a salt of 32 bytes, then chunks of AES-256-GCM, each with its tag. Each stream has a
 * key of its own, derived from the database's key and the salt, so that nonces can be counters; the last chunk's
 * nonce says that it is the last, so that nothing can be cut off, and counters, that nothing can be moved.
 */
export const magic = Buffer.from('CROFTS1\n')
export const saltBytes = 32
export const headerBytes = magic.length + saltBytes
/** Plain bytes of a chunk; the last may have fewer, and none when the stream is empty. */
export const chunkBytes = 256 * 1024
export const tagBytes = 16

export const newSalt = (): Buffer => randomBytes(saltBytes)

export function streamKey(key: Buffer, salt: Buffer): Buffer {
  if (key.length !== 32) throw new Error('a key for sealing has 32 bytes')
  return Buffer.from(hkdfSync('sha256', key, salt, 'croft backup', 32))
}

/** 11 bytes of counter and one that is 1 for the last chunk. */
export function nonceOf(counter: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(counter), 3)
  nonce[11] = last ? 1 : 0
  return nonce
}
