import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { retryDelay } from '../../../link/retry-delay.ts'
import { faultOfConnection, faultOfRefusal, unreachable } from './s3-fault.ts'
import { mayPass, type Refusal, readRefusal } from './s3-refusal.ts'
import { type S3Target, urlOf } from './s3-target.ts'
import { sendRequest } from './send-request.ts'
import { parseXml, type XmlElement } from './xml.ts'

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD'
  /** With the target's prefix; '' for the bucket. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Buffer[]
  /** Of the body, hexadecimal, when it is known. */
  readonly sha256?: string
  readonly silenceMs?: number
  /** Refusals by code, or status, that the caller sees as undefined. */
  readonly accept?: (refusal: Refusal) => boolean
}

export interface S3Client {
  readonly target: S3Target
  /** The whole answer in memory. Throws `AgentFault`, and the reason of the signal. */
  call(
    request: S3Request,
    signal?: AbortSignal,
  ): Promise<{ headers: IncomingHttpHeaders; body: string } | undefined>
  /** As `call`, and the answer is XML. */
  callXml(request: S3Request, signal?: AbortSignal): Promise<XmlElement | undefined>
  /** The answer as it begins, for its body to be read as a stream. */
  open(request: S3Request, signal: AbortSignal): Promise<IncomingMessage>
}

export interface S3ClientOptions {
  /** Attempts at one request, with pauses of 0.2 s and doubling between them. */
  readonly attempts?: number
}

const silenceMs = 60_000
const emptySha256 = createHash('sha256').digest('hex')
const never = new AbortController().signal
const answerLimit = 16 * 1024 * 1024

export function createS3Client(target: S3Target, { attempts = 6 }: S3ClientOptions = {}): S3Client {
  // Of the service's clock before this host's, once it has said that they differ too much.
  let aheadMs = 0

  const sendOnce = async (request: S3Request, signal: AbortSignal): Promise<IncomingMessage> => {
    const { method, key, query, headers, body = [] } = request
    const url = urlOf(target, key, query)
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': request.sha256 ?? sha256Of(body) },
      accessKeyId: target.accessKeyId,
      secretAccessKey: target.secretAccessKey,
      service: 's3',
      region: target.region,
      datetime: new Date(Date.now() + aheadMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    }).sign()
    return sendRequest({
      ...{ method, url, body, signal, headers: Object.fromEntries(signed.headers) },
      silenceMs: request.silenceMs ?? silenceMs,
      allowPrivate: target.allowPrivate ?? false,
    })
  }

  const send = async <Result>(
    request: S3Request,
    signal: AbortSignal,
    read: (response: IncomingMessage) => Promise<Result>,
  ): Promise<Result | Refusal> => {
    for (let attempt = 0; ; attempt++) {
      const last = attempt + 1 >= attempts
      try {
        const response = await sendOnce(request, signal)
        const status = response.statusCode ?? 0
        if (status >= 200 && status < 300) return await read(response)
        const refusal = readRefusal(status, response.headers, await readText(response))
        if (refusal.code === 'RequestTimeTooSkewed' && refusal.serverTime !== undefined && aheadMs === 0) {
          aheadMs = refusal.serverTime - Date.now()
        } else if (last || !mayPass(refusal)) return refusal
      } catch (error) {
        signal.throwIfAborted()
        if (last || !isOfConnection(error) || isOfAddress(error))
          throw isOfConnection(error) ? faultOfConnection(target, error) : error
      }
      await delay(retryDelay(attempt), undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }

  const result = <Result>(request: S3Request, answer: Result | Refusal): Result | undefined => {
    if (!isRefusal(answer)) return answer
    if (request.accept?.(answer)) return undefined
    throw faultOfRefusal(target, answer)
  }

  const client: S3Client = {
    target,
    async call(request, signal = never) {
      const read = async (response: IncomingMessage) => {
        return { headers: response.headers, body: await readText(response) }
      }
      return result(request, await send(request, signal, read))
    },
    async callXml(request, signal = never) {
      const answer = await send(request, signal, async (response) => {
        const body = await readText(response)
        // Long operations begin their answer with 200 and may still fail.
        if (/^\s*(<\?[^>]*\?>\s*)?<Error[\s>]/.test(body))
          throw new RefusedLate(readRefusal(500, response.headers, body))
        return body
      }).catch((error: unknown) => {
        if (error instanceof RefusedLate) return error.refusal
        throw error
      })
      const body = result(request, answer)
      if (body === undefined) return undefined
      try {
        return parseXml(body)
      } catch (cause) {
        const message = `${new URL(target.endpoint).host} does not answer as an S3 service; check the target’s endpoint.`
        throw unreachable(message, cause)
      }
    },
    async open(request, signal) {
      const answer = result(request, await send(request, signal, async (response) => response))
      if (!answer) throw new Error('an answer is missing')
      return answer
    },
  }
  return client
}

class RefusedLate extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super('refused late')
    this.refusal = refusal
  }
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'serverTime' in answer
}

/** Errors of sockets and TLS carry a code; what else is thrown is a mistake of ours. */
export function isOfConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

/** An address that is not allowed stays so. */
export function isOfAddress(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPRIVATE'
}

export async function readText(response: IncomingMessage): Promise<string> {
  const late = setTimeout(() => {
    response.destroy(Object.assign(new Error('the answer stopped'), { code: 'ETIMEDOUT' }))
  }, silenceMs)
  let bytes = 0
  response.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > answerLimit) response.destroy(Object.assign(new Error('too long'), { code: 'EMSGSIZE' }))
  })
  try {
    return await text(response)
  } finally {
    clearTimeout(late)
  }
}

export function sha256Of(body: readonly Buffer[]): string {
  if (body.length === 0) return emptySha256
  const hash = createHash('sha256')
  for (const piece of body) hash.update(piece)
  return hash.digest('hex')
}
