import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { S3Error } from './s3-error.ts'

/** How the server misbehaves. A POST of some of these to `/_faults` sets them; a GET shows them with the counts. */
export interface Faults {
  /** Every connection is reset. */
  outage: boolean
  /** The next so many requests are answered with `failStatus` and `failCode`. */
  fail: number
  failStatus: number
  failCode: string
  failMessage: string
  /** Only requests of this operation fail, or are cut; '' for all. */
  operation: string
  /** The next so many request bodies are cut off, and the connection with them, after `cutAfterBytes`. */
  cutUploads: number
  /** Likewise the bodies of answers to GetObject. */
  cutDownloads: number
  cutAfterBytes: number
  /** Before every answer. */
  delayMs: number
  /** Off: answers 501 to DeleteObjects, ListMultipartUploads, as some services do. */
  batches: boolean
  /** Added to the clock that requests are judged by. */
  clockMs: number
}

/** What has been asked since the start, to show what was sent twice. */
export interface Counts {
  /** Requests by operation, answered or not. */
  requests: Record<string, number>
  /** How often each part was received whole, by `<key>#<number>`. */
  parts: Record<string, number>
  bytesReceived: number
}

export interface FaultControl {
  readonly faults: Faults
  readonly counts: Counts
  /** Takes part in a request before it is done: waits, fails, or resets the connection (then false). */
  before(operation: string, request: IncomingMessage): Promise<boolean>
  /** After how many bytes this request's body is to be cut. */
  cutUpload(operation: string): number | undefined
  cutDownload(operation: string): number | undefined
  /** Answers a request to `/_faults`. */
  control(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export function createFaultControl(): FaultControl {
  const faults: Faults = {
    outage: false,
    fail: 0,
    failStatus: 503,
    failCode: 'SlowDown',
    failMessage: 'Please reduce your request rate.',
    operation: '',
    cutUploads: 0,
    cutDownloads: 0,
    cutAfterBytes: 0,
    delayMs: 0,
    batches: true,
    clockMs: 0,
  }
  const counts: Counts = { requests: {}, parts: {}, bytesReceived: 0 }
  const concerns = (operation: string) => faults.operation === '' || faults.operation === operation
  return {
    faults,
    counts,
    async before(operation, request) {
      counts.requests[operation] = (counts.requests[operation] ?? 0) + 1
      if (faults.outage) {
        request.socket.resetAndDestroy()
        return false
      }
      if (faults.delayMs > 0) await delay(faults.delayMs)
      if (faults.fail > 0 && concerns(operation)) {
        faults.fail -= 1
        throw new S3Error(faults.failStatus, faults.failCode, faults.failMessage)
      }
      return true
    },
    cutUpload(operation) {
      if (faults.cutUploads === 0 || !concerns(operation)) return undefined
      faults.cutUploads -= 1
      return faults.cutAfterBytes
    },
    cutDownload(operation) {
      if (faults.cutDownloads === 0 || !concerns(operation)) return undefined
      faults.cutDownloads -= 1
      return faults.cutAfterBytes
    },
    async control(request, response) {
      if (request.method === 'POST') {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        const wanted: Partial<Faults> = JSON.parse(Buffer.concat(chunks).toString() || '{}')
        const unknown = Object.keys(wanted).filter((name) => !(name in faults))
        if (unknown.length > 0) {
          response.writeHead(400).end(`no such fault: ${unknown.join(', ')}`)
          return
        }
        Object.assign(faults, wanted)
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ faults, counts }))
    },
  }
}
