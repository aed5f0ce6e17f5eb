import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { createLanes } from '../../../files/lanes.ts'
import {
  abortUpload,
  completeUpload,
  createUpload,
  type ListedPart,
  listParts,
  listUploads,
  type Part,
  partBytesFor,
  uploadPart,
} from './multipart.ts'
import { putWhole } from './put-stream.ts'
import type { S3Client } from './s3-client.ts'

const partsAtOnce = 3
const readBytes = 1024 * 1024

/**
 * Stores a file in parts. Parts that an earlier, unfinished attempt has brought there are compared with the file by
 * their size and checksum, and not sent again. An attempt that fails leaves its parts for the next.
 */
export async function uploadFile(
  client: S3Client,
  key: string,
  path: string,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'r')
  const lanes = createLanes(partsAtOnce)
  try {
    const { size } = await file.stat()
    const partBytes = partBytesFor(size)
    const whole = createHash('sha256')
    if (size <= partBytes) {
      const { body, sha256 } = await readPart(file, 0, size, whole)
      await putWhole(client, key, [body], sha256, signal)
      progress(size)
      return { bytes: size, sha256: whole.digest('hex') }
    }
    const { upload, there } = await findUpload(client, key, signal)
    const parts: Part[] = []
    let done = 0
    for (let start = 0, number = 1; start < size; start += partBytes, number++) {
      signal.throwIfAborted()
      const { body, sha256 } = await readPart(file, start, Math.min(partBytes, size - start), whole)
      const add = (part: Part) => {
        parts.push(part)
        done += body.length
        progress(done)
      }
      const listed = there.get(number)
      if (listed && isSame(listed, body, sha256)) {
        add({ number, etag: listed.etag, sha256: sha256.toString('base64') })
      } else {
        const own = number
        await lanes.run(async () => add(await uploadPart(client, upload, own, [body], sha256, signal)))
      }
    }
    await lanes.finish()
    await completeUpload(client, upload, parts, size, signal)
    return { bytes: size, sha256: whole.digest('hex') }
  } finally {
    await lanes.idle()
    await file.close()
  }
}

/** The newest unfinished upload of a key with its parts, or a new one. Older ones, which nobody goes on with, go. */
async function findUpload(client: S3Client, key: string, signal: AbortSignal) {
  const uploads = (await listUploads(client, key, signal)).filter((upload) => upload.key === key)
  const newest = uploads.pop()
  for (const upload of uploads) await abortUpload(client, upload).catch(() => {})
  if (newest) return { upload: newest, there: await listParts(client, newest, signal) }
  const upload = { key, id: await createUpload(client, key, signal) }
  return { upload, there: new Map<number, ListedPart>() }
}

function isSame(listed: ListedPart, body: Buffer, sha256: Buffer): boolean {
  if (listed.bytes !== body.length) return false
  if (listed.sha256 !== undefined) return listed.sha256 === sha256.toString('base64')
  // A service without checksums: the ETag of a part is its MD5, unless it encrypts with keys of its own.
  return listed.etag.replaceAll('"', '') === createHash('md5').update(body).digest('hex')
}

/** Reads and hashes a megabyte at a time: gateways share this thread, and hashing a part at once takes 10 ms. */
async function readPart(
  file: FileHandle,
  start: number,
  length: number,
  whole: ReturnType<typeof createHash>,
) {
  const body = Buffer.allocUnsafeSlow(length)
  const hash = createHash('sha256')
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(body, at, Math.min(readBytes, length - at), start + at)
    if (bytesRead === 0) throw new Error('the file became shorter while it was sent')
    const piece = body.subarray(at, at + bytesRead)
    hash.update(piece)
    whole.update(piece)
    at += bytesRead
  }
  return { body, sha256: hash.digest() }
}
