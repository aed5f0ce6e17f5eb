import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { sealBytes } from '../backups/sealing/seal.ts'

const compress = promisify(zstdCompress)
const smallestChunk = 1024
const largestChunk = 1024 * 1024

/** One zstd frame (level 1, with a checksum) of some bytes of a log, encrypted when there is a key. */
export async function packPiece(data: readonly Buffer[], key: Buffer | null): Promise<Buffer> {
  const plain = data.length === 1 && data[0] ? data[0] : Buffer.concat(data)
  const frame = await compress(plain, {
    // Each chunk of output is a trip to the thread pool and back.
    chunkSize: Math.min(largestChunk, Math.max(smallestChunk, plain.length)),
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  return key ? sealBytes(key, frame) : frame
}
