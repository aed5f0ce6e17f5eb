import { Transform } from 'node:stream'

/** Passes everything on and tells how much it was so far. */
export function countBytes(onCount: (bytes: number) => void): Transform {
  let bytes = 0
  return new Transform({
    highWaterMark: 1024 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      onCount(bytes)
      done(null, chunk)
    },
  })
}
