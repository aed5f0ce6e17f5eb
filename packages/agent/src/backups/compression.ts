import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  type ZstdCompress,
  type ZstdDecompress,
} from 'node:zlib'

/** Node's 64 kB would be a trip to the thread pool for each; these streams carry gigabytes. */
const chunkSize = 512 * 1024

/**
 * zstd level 1, with a checksum of the content. No `nbWorkers`: Node 24.21 then pushes after the stream's end, which
 * is an uncaught error.
 */
export function createCompressor(): ZstdCompress {
  return createZstdCompress({
    chunkSize,
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

export function createDecompressor(): ZstdDecompress {
  return createZstdDecompress({ chunkSize })
}
