import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { StoredObject } from './object-store.ts'
import { S3Error } from './s3-error.ts'

/** GetObject and HeadObject, with Range and If-Match. With `cutAfter`, the connection is reset after so many bytes. */
export async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
  path: string,
  cutAfter: number | undefined,
): Promise<void> {
  const match = request.headers['if-match']
  if (match !== undefined && match !== '*' && match.replaceAll('"', '') !== object.etag) {
    throw new S3Error(
      412,
      'PreconditionFailed',
      'At least one of the preconditions you specified did not hold.',
    )
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = range ? Number(range[1]) : 0
  if (range && start >= object.bytes) {
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable.')
  }
  const end = Math.min(range?.[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, object.bytes - 1)
  const length = end - start + 1
  response.writeHead(range ? 206 : 200, {
    'content-length': length,
    'content-type': 'application/octet-stream',
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modified).toUTCString(),
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${start}-${end}/${object.bytes}` } : {}),
  })
  if (request.method === 'HEAD' || length === 0) {
    response.end()
    return
  }
  const cut = cutAfter !== undefined && cutAfter < length
  const data = createReadStream(path, { start, end: cut ? start + cutAfter - 1 : end })
  if (!cut) return pipeline(data, response)
  await pipeline(data, response, { end: false })
  // What was written has to leave before the reset takes the rest with it.
  response.socket?.destroySoon()
}
