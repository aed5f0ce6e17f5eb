import { AgentFault } from '../../../fault.ts'
import { listPages } from './list-pages.ts'
import type { S3Client } from './s3-client.ts'
import { unreachable } from './s3-fault.ts'
import { childrenNamed, childText, escapeXml } from './xml.ts'

const mebibyte = 1024 * 1024
export const smallestPart = 16 * mebibyte
/** S3's limit is 10,000; some are left for an estimate that was too low. */
const partsWanted = 9000
const partsAllowed = 10_000
/** Joining the parts of a terabyte takes minutes, in which not every service says something. */
const completeMs = 10 * 60_000

export interface Part {
  readonly number: number
  readonly etag: string
  /** Base64. */
  readonly sha256: string
}

export interface ListedPart {
  readonly bytes: number
  readonly etag: string
  /** Undefined where the service keeps none. */
  readonly sha256: string | undefined
}

/** All parts but the last have the same size: some services want it so. */
export function partBytesFor(bytes: number): number {
  return Math.max(smallestPart, Math.ceil(bytes / partsWanted / mebibyte) * mebibyte)
}

export async function createUpload(client: S3Client, key: string, signal: AbortSignal): Promise<string> {
  const headers = { 'x-amz-checksum-algorithm': 'SHA256', 'content-type': 'application/octet-stream' }
  const answer = await client.callXml({ method: 'POST', key, query: { uploads: '' }, headers }, signal)
  const id = answer && childText(answer, 'UploadId')
  if (!id) throw unreachable('The S3 service began no upload; check the target’s endpoint.')
  return id
}

export async function uploadPart(
  client: S3Client,
  upload: { readonly key: string; readonly id: string },
  number: number,
  body: readonly Buffer[],
  sha256: Buffer,
  signal: AbortSignal,
): Promise<Part> {
  if (number > partsAllowed) {
    throw new AgentFault('target-unreachable', 'The backup has grown beyond what S3 takes as one object.')
  }
  const base64 = sha256.toString('base64')
  const answer = await client.call(
    {
      ...{ method: 'PUT', key: upload.key, body, sha256: sha256.toString('hex') },
      query: { partNumber: String(number), uploadId: upload.id },
      headers: { 'x-amz-checksum-sha256': base64 },
    },
    signal,
  )
  const etag = answer?.headers.etag
  if (!etag) throw unreachable('The S3 service gave a part no ETag; check the target’s endpoint.')
  return { number, etag, sha256: base64 }
}

/** Joins the parts to the object. An answer that was lost is made up for by looking at the object. */
export async function completeUpload(
  client: S3Client,
  upload: { readonly key: string; readonly id: string },
  parts: readonly Part[],
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  const list = parts
    .toSorted((a, b) => a.number - b.number)
    .map(
      ({ number, etag, sha256 }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag><ChecksumSHA256>${sha256}</ChecksumSHA256></Part>`,
    )
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`
  const answer = await client.callXml(
    {
      ...{ method: 'POST', key: upload.key, query: { uploadId: upload.id }, body: [Buffer.from(body)] },
      silenceMs: completeMs,
      headers: { 'content-type': 'application/xml' },
      accept: ({ code }) => code === 'NoSuchUpload',
    },
    signal,
  )
  if (answer) return
  const head = await client.call(
    { method: 'HEAD', key: upload.key, accept: (refusal) => refusal.status === 404 },
    signal,
  )
  if (Number(head?.headers['content-length']) === bytes) return
  throw unreachable('The S3 service has dropped the unfinished upload; try again.')
}

export async function abortUpload(client: S3Client, upload: { key: string; id: string }): Promise<void> {
  await client.call({
    ...{ method: 'DELETE', key: upload.key, query: { uploadId: upload.id } },
    accept: ({ code, status }) => code === 'NoSuchUpload' || status === 404,
  })
}

/** Unfinished uploads of keys that begin with `prefix`, oldest first within a key; none where a service cannot tell. */
export async function listUploads(
  client: S3Client,
  prefix: string,
  signal?: AbortSignal,
): Promise<{ key: string; id: string }[]> {
  const pages = listPages(client, { key: '', query: { uploads: '', prefix } }, signal, [
    ['key-marker', 'NextKeyMarker'],
    ['upload-id-marker', 'NextUploadIdMarker'],
  ])
  const uploads: { key: string; id: string; initiated: string }[] = []
  for await (const page of pages) {
    for (const found of childrenNamed(page, 'Upload')) {
      const key = childText(found, 'Key')
      const id = childText(found, 'UploadId')
      if (key && id) uploads.push({ key, id, initiated: childText(found, 'Initiated') ?? '' })
    }
  }
  return uploads.sort((a, b) => (a.initiated < b.initiated ? -1 : 1))
}

export async function listParts(
  client: S3Client,
  upload: { readonly key: string; readonly id: string },
  signal: AbortSignal,
): Promise<Map<number, ListedPart>> {
  const pages = listPages(client, { key: upload.key, query: { uploadId: upload.id } }, signal, [
    ['part-number-marker', 'NextPartNumberMarker'],
  ])
  const parts = new Map<number, ListedPart>()
  for await (const page of pages) {
    for (const part of childrenNamed(page, 'Part')) {
      const etag = childText(part, 'ETag') ?? ''
      const about = {
        bytes: Number(childText(part, 'Size')),
        etag,
        sha256: childText(part, 'ChecksumSHA256'),
      }
      parts.set(Number(childText(part, 'PartNumber')), about)
    }
  }
  return parts
}
