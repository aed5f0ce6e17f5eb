import { createHash, randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { S3Error } from './s3-error.ts'

export interface ReceivedBody {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly md5: string
  /** Base64, as in `x-amz-checksum-sha256`. */
  readonly sha256: string
}

const longestBytes = 5 * 1024 ** 3

/**
 * Writes a request's body to a file and checks it against every checksum that came with it. With `cutAfter`, the
 * connection is reset after so many bytes, and undefined comes back. Throws `S3Error`.
 */
export async function receiveBody(
  request: IncomingMessage,
  directory: string,
  cutAfter: number | undefined,
): Promise<ReceivedBody | undefined> {
  const { headers } = request
  if (headers['content-length'] === undefined) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  if (Number(headers['content-length']) > longestBytes) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.')
  }
  const path = join(directory, randomBytes(12).toString('hex'))
  const file = await open(path, 'wx', 0o600)
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  let bytes = 0
  let whole = false
  try {
    for await (const piece of request) {
      bytes += piece.length
      if (cutAfter !== undefined && bytes >= cutAfter) {
        request.socket.resetAndDestroy()
        return undefined
      }
      md5.update(piece)
      sha256.update(piece)
      await file.appendFile(piece)
    }
    const body = { path, bytes, md5: md5.digest('hex'), sha256: sha256.digest('base64') }
    checkBody(headers, body)
    whole = true
    return body
  } catch (error) {
    if (error instanceof S3Error) throw error
    // The client has gone; nobody is left to be answered.
    return undefined
  } finally {
    await file.close()
    if (!whole) await rm(path, { force: true })
  }
}

function checkBody(headers: IncomingMessage['headers'], body: ReceivedBody): void {
  const signed = headers['x-amz-content-sha256']
  const hex = Buffer.from(body.sha256, 'base64').toString('hex')
  if (signed !== 'UNSIGNED-PAYLOAD' && signed !== hex) {
    const message = 'The provided x-amz-content-sha256 header does not match what was computed.'
    throw new S3Error(400, 'XAmzContentSHA256Mismatch', message)
  }
  const checksum = headers['x-amz-checksum-sha256']
  if (checksum !== undefined && checksum !== body.sha256) {
    throw new S3Error(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.')
  }
  const md5 = headers['content-md5']
  if (md5 !== undefined && md5 !== Buffer.from(body.md5, 'hex').toString('base64')) {
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
}
