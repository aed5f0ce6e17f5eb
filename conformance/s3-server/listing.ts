import type { ObjectStore, Upload } from './object-store.ts'
import { S3Error } from './s3-error.ts'
import { document, element } from './xml.ts'

/** One page of `all`, which is sorted, after `after`. */
function pageOf<Entry>(all: readonly Entry[], isAfter: (entry: Entry) => boolean, size: number) {
  const rest = all.filter(isAfter)
  return { page: rest.slice(0, size), truncated: rest.length > size }
}

function pageSize(query: URLSearchParams, name: string, limit: number): number {
  const asked = query.get(name)
  if (asked === null) return limit
  if (!/^\d{1,9}$/.test(asked)) throw new S3Error(400, 'InvalidArgument', `${name} is not a number.`)
  return Math.min(Number(asked), limit)
}

/** ListObjectsV2. */
export function listObjects(
  store: ObjectStore,
  bucket: string,
  query: URLSearchParams,
  limit: number,
): string {
  const prefix = query.get('prefix') ?? ''
  const token = query.get('continuation-token')
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString()
  const size = pageSize(query, 'max-keys', limit)
  const keys = [...store.objects.keys()].filter((key) => key.startsWith(prefix)).sort(byBytes)
  const { page, truncated } = pageOf(keys, (key) => byBytes(key, after) > 0, size)
  const contents = page.map((key) => {
    const object = store.objects.get(key)
    const { modified = '', etag = '', bytes = 0 } = object ?? {}
    return `<Contents>${element('Key', key)}${element('LastModified', modified)}${element('ETag', `"${etag}"`)}${element('Size', bytes)}${element('StorageClass', 'STANDARD')}</Contents>`
  })
  const last = page.at(-1)
  const next =
    truncated && last !== undefined
      ? element('NextContinuationToken', Buffer.from(last).toString('base64url'))
      : ''
  return document(
    'ListBucketResult',
    `${element('Name', bucket)}${element('Prefix', prefix)}${element('KeyCount', page.length)}${element('MaxKeys', size)}${element('IsTruncated', truncated)}${next}${contents.join('')}`,
  )
}

export function listUploads(
  store: ObjectStore,
  bucket: string,
  query: URLSearchParams,
  limit: number,
): string {
  const prefix = query.get('prefix') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const uploads = [...store.uploads.values()].filter(({ key }) => key.startsWith(prefix))
  uploads.sort((a, b) => byBytes(a.key, b.key) || byBytes(a.initiated, b.initiated) || byBytes(a.id, b.id))
  const at = uploads.findIndex(({ id }) => id === idMarker)
  const isAfter = (upload: Upload) =>
    byBytes(upload.key, keyMarker) > 0 ||
    (upload.key === keyMarker && at >= 0 && uploads.indexOf(upload) > at)
  const { page, truncated } = pageOf(uploads, isAfter, pageSize(query, 'max-uploads', limit))
  const found = page.map(
    ({ key, id, initiated }) =>
      `<Upload>${element('Key', key)}${element('UploadId', id)}${element('Initiated', initiated)}</Upload>`,
  )
  const last = page.at(-1)
  const next =
    truncated && last ? `${element('NextKeyMarker', last.key)}${element('NextUploadIdMarker', last.id)}` : ''
  return document(
    'ListMultipartUploadsResult',
    `${element('Bucket', bucket)}${element('Prefix', prefix)}${element('IsTruncated', truncated)}${next}${found.join('')}`,
  )
}

export function listParts(upload: Upload, bucket: string, query: URLSearchParams, limit: number): string {
  const marker = pageSize(query, 'part-number-marker', 10_000)
  const from = query.has('part-number-marker') ? marker : 0
  const parts = [...upload.parts.values()].sort((a, b) => a.number - b.number)
  const { page, truncated } = pageOf(
    parts,
    ({ number }) => number > from,
    pageSize(query, 'max-parts', limit),
  )
  const found = page.map(({ number, bytes, etag, sha256, modified }) => {
    const checksum = upload.checksumAlgorithm === 'SHA256' ? element('ChecksumSHA256', sha256) : ''
    return `<Part>${element('PartNumber', number)}${element('LastModified', modified)}${element('ETag', `"${etag}"`)}${checksum}${element('Size', bytes)}</Part>`
  })
  const last = page.at(-1)
  const next = truncated && last ? element('NextPartNumberMarker', last.number) : ''
  return document(
    'ListPartsResult',
    `${element('Bucket', bucket)}${element('Key', upload.key)}${element('UploadId', upload.id)}${element('IsTruncated', truncated)}${next}${found.join('')}`,
  )
}

/** S3 sorts by UTF-8 bytes, JavaScript by UTF-16 units. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
