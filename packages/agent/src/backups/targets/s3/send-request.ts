import { lookup } from 'node:dns'
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPrivateAddress } from '@croft/protocol'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: readonly Buffer[]
  /** Whether it may go to an address inside a private network. */
  readonly allowPrivate: boolean
  /** Longest silence of the connection, in ms. */
  readonly silenceMs: number
  readonly signal: AbortSignal
}

const connectMs = 10_000
/** Connections at one time to one host, of all stores together. */
const maxSockets = 32
/** Connections made without looking at the address are not lent to those who must. */
const pools = {
  any: {
    http: new Agent({ keepAlive: true, maxSockets }),
    https: new TlsAgent({ keepAlive: true, maxSockets }),
  },
  public: {
    http: new Agent({ keepAlive: true, maxSockets }),
    https: new TlsAgent({ keepAlive: true, maxSockets }),
  },
}

/** RFC 6761: `<bucket>.localhost` is this host, though few resolvers know. */
const lookupAny: LookupFunction = (host, options, done) => {
  if (host.endsWith('.localhost')) lookup('localhost', options, done)
  else lookup(host, options, done)
}

/** Looked at here, so that what is connected to is what was judged: a name may lead elsewhere the next time. */
const lookupPublic: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    const all = found.filter(({ address }) => !isPrivateAddress(address))
    const [first] = all
    if (!first) return done(isPrivate(host), [])
    if (options.all) done(null, all)
    else done(null, first.address, first.family)
  })
}

function isPrivate(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} is inside a private network`), { code: 'EPRIVATE' })
}

/**
 * Sends a request over a pool of connections; resolves when the answer begins. Its body is to be read or destroyed.
 * Throws errors of the network, `TimeoutError` as their code among them, and the reason of `signal`.
 */
export function sendRequest(options: HttpRequest): Promise<IncomingMessage> {
  const { method, url, headers, body, silenceMs, signal } = options
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:'
    // An address is not looked up.
    const address = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (!options.allowPrivate && isPrivateAddress(address)) return reject(isPrivate(address))
    const pool = options.allowPrivate ? pools.any : pools.public
    const length = body.reduce((sum, piece) => sum + piece.length, 0)
    const request = (secure ? requestHttps : requestHttp)(url, {
      method,
      agent: secure ? pool.https : pool.http,
      headers: { ...headers, ...(length > 0 || method !== 'GET' ? { 'content-length': length } : {}) },
      timeout: silenceMs,
      lookup: options.allowPrivate ? lookupAny : lookupPublic,
    })
    const abort = () => {
      request.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    }
    const late = setTimeout(() => request.destroy(timeout('connect')), connectMs)
    signal.addEventListener('abort', abort, { once: true })
    request.on('socket', (socket) => {
      if (!socket.connecting) clearTimeout(late)
      else socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(late))
    })
    request.on('timeout', () => request.destroy(timeout('answer')))
    request.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    request.on('close', () => {
      clearTimeout(late)
      signal.removeEventListener('abort', abort)
    })
    request.on('response', (response) => {
      // Who reads slowly must not lose the connection; readers have a time limit of their own.
      response.socket.setTimeout(0)
      resolve(response)
    })
    for (const piece of body) request.write(piece)
    request.end()
  })
}

function timeout(what: 'connect' | 'answer'): Error {
  return Object.assign(new Error(`no ${what} in time`), { code: 'ETIMEDOUT' })
}
