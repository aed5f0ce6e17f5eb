import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createFaultControl } from './faults.ts'
import { openObjectStore } from './object-store.ts'
import { createOperations, operationOf } from './operations.ts'
import { renderError, S3Error } from './s3-error.ts'
import type { ServerSettings } from './settings.ts'
import { checkSignature } from './signature.ts'

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const store = await openObjectStore(settings.directory)
  const control = createFaultControl()
  const operations = createOperations(store, control, settings)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomBytes(8).toString('hex').toUpperCase()
    const url = new URL(request.url ?? '/', 'http://s3.invalid')
    if (url.pathname === '/_faults') return control.control(request, response)
    response.setHeader('x-amz-request-id', requestId)
    if (control.faults.clockMs !== 0) {
      response.setHeader('date', new Date(Date.now() + control.faults.clockMs).toUTCString())
    }
    try {
      const { bucket, key } = addressOf(request, url)
      const operation = operationOf(request.method ?? '', key, url.searchParams)
      if (!(await control.before(operation, request))) return
      checkSignature(request, url.pathname, url.searchParams, settings, Date.now() + control.faults.clockMs)
      if (bucket !== settings.bucket) {
        throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist.', { BucketName: bucket })
      }
      const run = operations[operation]
      if (!run) throw new S3Error(501, 'NotImplemented', 'This server does not implement that.')
      await run({ request, response, key, query: url.searchParams })
    } catch (error) {
      if (response.headersSent || response.destroyed) return void response.destroy()
      const told =
        error instanceof S3Error ? error : new S3Error(500, 'InternalError', 'We met an internal error.')
      if (told !== error) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      response.writeHead(told.status, { 'content-type': 'application/xml' })
      response.end(request.method === 'HEAD' ? undefined : renderError(told, url.pathname, requestId))
      // The rest of a body nobody reads would be taken for the next request.
      request.resume()
    }
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    void answer(request, response)
  })
  server.listen(settings.port, settings.host ?? '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : settings.port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** `/<bucket>/<key>`, or `/<key>` at a host that begins with the bucket. */
function addressOf(request: IncomingMessage, url: URL): { bucket: string; key: string } {
  const path = decodeURIComponent(url.pathname.slice(1))
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const isAddress = /^[\d.]+$/.test(host) || !host.includes('.')
  if (!isAddress) return { bucket: host.slice(0, host.indexOf('.')), key: path }
  const slash = path.indexOf('/')
  return slash < 0 ? { bucket: path, key: '' } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) }
}
