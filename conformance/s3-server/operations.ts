import { readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { completeUpload } from './complete-upload.ts'
import type { FaultControl } from './faults.ts'
import { listObjects, listParts, listUploads } from './listing.ts'
import type { ObjectStore, Upload } from './object-store.ts'
import { receiveBody } from './receive-body.ts'
import { noSuchKey, noSuchUpload, S3Error } from './s3-error.ts'
import { sendObject } from './send-object.ts'
import type { ServerSettings } from './settings.ts'
import { document, element, elements, textOf } from './xml.ts'

export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly key: string
  readonly query: URLSearchParams
}

/** S3's name for what a request asks. */
export function operationOf(method: string, key: string, query: URLSearchParams): string {
  const upload = query.has('uploadId')
  if (key === '') {
    if (method === 'HEAD') return 'HeadBucket'
    if (method === 'POST' && query.has('delete')) return 'DeleteObjects'
    if (method === 'GET' && query.has('uploads')) return 'ListMultipartUploads'
    return method === 'GET' && query.get('list-type') === '2' ? 'ListObjectsV2' : 'Unknown'
  }
  if (method === 'PUT') return upload ? 'UploadPart' : 'PutObject'
  if (method === 'GET') return upload ? 'ListParts' : 'GetObject'
  if (method === 'HEAD') return 'HeadObject'
  if (method === 'DELETE') return upload ? 'AbortMultipartUpload' : 'DeleteObject'
  if (method === 'POST' && query.has('uploads')) return 'CreateMultipartUpload'
  return method === 'POST' && upload ? 'CompleteMultipartUpload' : 'Unknown'
}

export function createOperations(
  store: ObjectStore,
  control: FaultControl,
  settings: ServerSettings,
): Readonly<Record<string, (call: Call) => Promise<void>>> {
  const { bucket, pageSize } = settings
  const xml = (response: ServerResponse, body: string) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(body)
  }
  const uploadOf = ({ key, query }: Call): Upload => {
    const upload = store.uploads.get(query.get('uploadId') ?? '')
    if (upload?.key !== key) throw noSuchUpload()
    return upload
  }
  const objectOf = (key: string) => {
    const object = store.objects.get(key)
    if (!object) throw noSuchKey(key)
    return object
  }
  /** A body that is small and held in memory. */
  const textBody = async ({ request }: Call): Promise<string | undefined> => {
    const body = await receiveBody(request, store.temporary, undefined)
    if (!body) return undefined
    const text = await readFile(body.path, 'utf8')
    await rm(body.path)
    return text
  }
  const refuseBatches = () => {
    if (!control.faults.batches)
      throw new S3Error(501, 'NotImplemented', 'A header you provided implies that.')
  }

  return {
    HeadBucket: async ({ response }) => void response.writeHead(200).end(),
    async PutObject({ request, response, key }) {
      const body = await receiveBody(request, store.temporary, control.cutUpload('PutObject'))
      if (!body) return
      control.counts.bytesReceived += body.bytes
      const { path, bytes, md5: etag, sha256 } = body
      await store.putObject(key, path, { bytes, etag, sha256 })
      response.writeHead(200, { etag: `"${etag}"` }).end()
    },
    GetObject: ({ request, response, key }) =>
      sendObject(request, response, objectOf(key), store.pathOf(key), control.cutDownload('GetObject')),
    HeadObject: ({ request, response, key }) =>
      sendObject(request, response, objectOf(key), store.pathOf(key), undefined),
    async DeleteObject({ response, key }) {
      await store.removeObject(key)
      response.writeHead(204).end()
    },
    async DeleteObjects(call) {
      refuseBatches()
      const { headers } = call.request
      if (!headers['content-md5'] && !headers['x-amz-checksum-sha256']) {
        throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5')
      }
      const body = await textBody(call)
      if (body === undefined) return
      const keys = elements(body, 'Object').map((object) => textOf(object, 'Key') ?? '')
      if (keys.length === 0 || keys.length > 1000) {
        throw new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed.')
      }
      for (const key of keys) await store.removeObject(key)
      const quiet = textOf(body, 'Quiet') === 'true'
      const deleted = quiet ? [] : keys.map((key) => `<Deleted>${element('Key', key)}</Deleted>`)
      xml(call.response, document('DeleteResult', deleted.join('')))
    },
    async ListObjectsV2({ response, query }) {
      xml(response, listObjects(store, bucket, query, pageSize))
    },
    async ListMultipartUploads({ response, query }) {
      refuseBatches()
      xml(response, listUploads(store, bucket, query, pageSize))
    },
    async ListParts(call) {
      xml(call.response, listParts(uploadOf(call), bucket, call.query, pageSize))
    },
    async CreateMultipartUpload({ request, response, key }) {
      const algorithm = request.headers['x-amz-checksum-algorithm']
      const upload = await store.createUpload(key, algorithm === undefined ? null : String(algorithm))
      const about = `${element('Bucket', bucket)}${element('Key', key)}${element('UploadId', upload.id)}`
      xml(response, document('InitiateMultipartUploadResult', about))
    },
    async UploadPart(call) {
      const upload = uploadOf(call)
      const number = Number(call.query.get('partNumber'))
      if (!Number.isInteger(number) || number < 1 || number > 10_000) {
        throw new S3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000.')
      }
      const body = await receiveBody(call.request, store.temporary, control.cutUpload('UploadPart'))
      if (!body) return
      control.counts.bytesReceived += body.bytes
      const name = `${call.key}#${number}`
      control.counts.parts[name] = (control.counts.parts[name] ?? 0) + 1
      const part = await store.putPart(upload, number, body)
      call.response.writeHead(200, { etag: `"${part.etag}"`, 'x-amz-checksum-sha256': part.sha256 }).end()
    },
    async CompleteMultipartUpload(call) {
      const upload = uploadOf(call)
      const body = await textBody(call)
      if (body === undefined) return
      const object = await completeUpload(store, upload, body)
      const about = `${element('Bucket', bucket)}${element('Key', call.key)}${element('ETag', `"${object.etag}"`)}`
      xml(call.response, document('CompleteMultipartUploadResult', about))
    },
    async AbortMultipartUpload(call) {
      await store.removeUpload(uploadOf(call))
      call.response.writeHead(204).end()
    },
  }
}
