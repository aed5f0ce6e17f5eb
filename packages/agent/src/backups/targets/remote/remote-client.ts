import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../../../fault.ts'
import { retryDelay } from '../../../link/retry-delay.ts'
import { isOfAddress, isOfConnection, readText } from '../s3/s3-client.ts'
import { faultOfConnection } from '../s3/s3-fault.ts'
import { sendRequest } from '../s3/send-request.ts'

export interface RemoteRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Buffer[]
  /** Statuses, besides 2xx, that are answers to the caller. */
  readonly accept?: readonly number[]
  /** A request that must not be sent again as it is, since its first sending may have had an effect. */
  readonly once?: true
}

export interface RemoteAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What one service has of its own. */
export interface RemoteService {
  readonly endpoint: string
  readonly allowPrivate: boolean
  /** Attempts at one request, with pauses of 0.2 s and doubling between them. */
  readonly attempts: number
  /** The headers of a request with those that prove who sends it. */
  prove(request: RemoteRequest, signal: AbortSignal): Promise<Record<string, string>>
  /** What a refusal means. */
  faultOf(answer: RemoteAnswer): AgentFault
  /** Forgets what proves requests; true when another attempt may go better. */
  renew?(answer: RemoteAnswer): boolean
}

export interface RemoteClient {
  readonly target: { readonly endpoint: string }
  /** The whole answer in memory. Throws `AgentFault`, and the reason of the signal. */
  call(request: RemoteRequest, signal?: AbortSignal): Promise<RemoteAnswer>
  /** The answer as it begins, for its body to be read as a stream. */
  open(request: RemoteRequest, signal: AbortSignal): Promise<IncomingMessage>
}

const silenceMs = 60_000
const never = new AbortController().signal

/** Refusals that pass by themselves. */
export const mayPass = ({ status }: RemoteAnswer): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 507)

/** Sends requests to a store that is far away, again where that may help. */
export function createRemoteClient(service: RemoteService): RemoteClient {
  const send = async <Result>(
    request: RemoteRequest,
    signal: AbortSignal,
    read: (response: IncomingMessage, status: number) => Promise<Result>,
  ): Promise<Result> => {
    const { method, url, body = [], accept = [] } = request
    let renewed = false
    for (let attempt = 0; ; attempt++) {
      const last = request.once === true || attempt + 1 >= service.attempts
      try {
        const headers = await service.prove(request, signal)
        const { allowPrivate } = service
        const response = await sendRequest({ method, url, headers, body, allowPrivate, silenceMs, signal })
        const status = response.statusCode ?? 0
        if ((status >= 200 && status < 300) || accept.includes(status)) return await read(response, status)
        const answer = { status, headers: response.headers, body: await readText(response) }
        const isRenewed = !renewed && service.renew?.(answer) === true
        if (isRenewed) renewed = true
        else if (last || !mayPass(answer)) throw service.faultOf(answer)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof AgentFault || !isOfConnection(error)) throw error
        if (last || isOfAddress(error)) throw faultOfConnection(service, error)
      }
      await delay(retryDelay(attempt), undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
  return {
    target: service,
    call: (request, signal = never) =>
      send(request, signal, async (response, status) => ({
        ...{ status, headers: response.headers, body: await readText(response) },
      })),
    open: (request, signal) => send(request, signal, async (response) => response),
  }
}
