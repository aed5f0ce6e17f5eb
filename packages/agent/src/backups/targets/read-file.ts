import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { destroyOnAbort } from '../../files/destroy-on-abort.ts'
import { faultOfDirectory } from './directory-fault.ts'

const readBytes = 1024 * 1024

/** A file as a stream, read 1 MB at a time, with errors of the disk as faults. Closes the file in any case. */
export function readFile(file: FileHandle, signal: AbortSignal): Readable {
  let position = 0
  let reading: Promise<void> = Promise.resolve()
  const stream = new Readable({
    highWaterMark: 2 * readBytes,
    read() {
      const buffer = Buffer.allocUnsafeSlow(readBytes)
      reading = file.read(buffer, 0, readBytes, position).then(
        ({ bytesRead }) => {
          position += bytesRead
          stream.push(bytesRead > 0 ? buffer.subarray(0, bytesRead) : null)
        },
        (error: unknown) => {
          stream.destroy(faultOfDirectory(error))
        },
      )
    },
    destroy(error, done) {
      release()
      // A descriptor that is closed under a read may already be another file's.
      reading.then(() => file.close()).then(() => done(error), done)
    },
  })
  const release = destroyOnAbort(stream, signal)
  return stream
}
