import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { createLanes } from '../../../files/lanes.ts'
import {
  abortUpload,
  completeUpload,
  createUpload,
  type Part,
  partBytesFor,
  uploadPart,
} from './multipart.ts'
import type { S3Client } from './s3-client.ts'

/** With the one that is being filled, four parts are in memory. */
const partsAtOnce = 3

/** Stores a stream: in one request when it is small, else in parts. Leaves no unfinished upload when it throws. */
export async function putStream(
  client: S3Client,
  key: string,
  data: Readable,
  signal: AbortSignal,
  expectedBytes: number,
): Promise<{ bytes: number; sha256: string }> {
  const partBytes = partBytesFor(expectedBytes)
  const hash = createHash('sha256')
  const lanes = createLanes(partsAtOnce)
  const parts: Part[] = []
  let upload: { key: string; id: string } | undefined
  let number = 0
  let bytes = 0

  const sendPart = async (part: FilledPart) => {
    const into = upload
    if (!into) throw new Error('there is no upload yet')
    number += 1
    const own = number
    await lanes.run(async () => {
      parts.push(await uploadPart(client, into, own, part.pieces, part.sha256, signal))
    })
  }
  try {
    for await (const part of partsOf(data, partBytes, (piece) => hash.update(piece))) {
      bytes += part.bytes
      if (part.last && !upload) {
        await putWhole(client, key, part.pieces, part.sha256, signal)
        return { bytes, sha256: hash.digest('hex') }
      }
      upload ??= { key, id: await createUpload(client, key, signal) }
      if (part.bytes > 0) await sendPart(part)
    }
    await lanes.finish()
    if (upload) await completeUpload(client, upload, parts, bytes, signal)
    return { bytes, sha256: hash.digest('hex') }
  } catch (error) {
    await lanes.idle()
    if (upload) await abortUpload(client, upload).catch(() => {})
    throw error
  }
}

export async function putWhole(
  client: S3Client,
  key: string,
  body: readonly Buffer[],
  sha256: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const headers = {
    'x-amz-checksum-sha256': sha256.toString('base64'),
    'content-type': 'application/octet-stream',
  }
  await client.call({ method: 'PUT', key, body, sha256: sha256.toString('hex'), headers }, signal)
}

export interface FilledPart {
  readonly pieces: readonly Buffer[]
  readonly bytes: number
  readonly sha256: Buffer
  readonly last: boolean
}

/** Cuts a stream into parts of one size; the last may have fewer bytes, and none. */
export async function* partsOf(
  data: Readable,
  partBytes: number,
  see: (piece: Buffer) => void,
): AsyncGenerator<FilledPart> {
  let pieces: Buffer[] = []
  let bytes = 0
  let hash = createHash('sha256')
  for await (const chunk of data) {
    let rest: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
    see(rest)
    while (rest.length > 0) {
      if (bytes === partBytes) {
        yield { pieces, bytes, sha256: hash.digest(), last: false }
        pieces = []
        bytes = 0
        hash = createHash('sha256')
      }
      const piece = rest.subarray(0, partBytes - bytes)
      rest = rest.subarray(piece.length)
      hash.update(piece)
      pieces.push(piece)
      bytes += piece.length
    }
  }
  yield { pieces, bytes, sha256: hash.digest(), last: true }
}
