import type { Socket } from 'node:net'
import type { TlsSource } from '../tls/tls-source.ts'
import { ClientGone } from './client-gone.ts'
import { Fatal, SqlState } from './fatal.ts'
import { secure } from './secure.ts'
import { type ParsedStartup, parseStartupPacket, type StartupRequest } from './startup-packet.ts'

/** A client's connection; `stream` changes when TLS begins. */
export interface Connection {
  stream: Socket
}

export type Opening = Extract<StartupRequest, { type: 'cancel' | 'startup' }>

/**
 * Answers a client's questions about encryption until it says what it wants. The connection's stream is paused
 * afterwards and `rest` is what came early. Rejects with `Fatal`, `ClientGone`, or the signal's reason.
 */
export async function negotiate(
  connection: Connection,
  tls: TlsSource,
  signal: AbortSignal,
): Promise<{ opening: Opening; rest: Buffer }> {
  let encrypted = false
  let refusedGss = false
  for (let first = true; ; first = false) {
    const { request, rest } = await readStartup(connection.stream, signal)
    switch (request.type) {
      case 'startup':
      case 'cancel':
        return { opening: request, rest }
      case 'direct-tls':
        if (!first) throw new Fatal(SqlState.protocolViolation, 'invalid length of startup packet')
        connection.stream.unshift(rest)
        connection.stream = await secure(connection.stream, tls, 'direct', signal)
        encrypted = true
        break
      case 'ssl':
        if (encrypted) throw askedAgain('SSL')
        refuseEarly(rest, 'SSL')
        connection.stream.write('S')
        connection.stream = await secure(connection.stream, tls, 'requested', signal)
        encrypted = true
        break
      case 'gss':
        if (encrypted || refusedGss) throw askedAgain('GSSAPI')
        refuseEarly(rest, 'GSSAPI encryption')
        connection.stream.write('N')
        refusedGss = true
    }
  }
}

function askedAgain(what: string): Fatal {
  return new Fatal(SqlState.protocolViolation, `${what} was asked for a second time`)
}

/** What came in clear before the handshake could have been put there by anyone (CVE-2021-23214). */
function refuseEarly(rest: Buffer, what: string): void {
  if (rest.length === 0) return
  throw new Fatal(SqlState.protocolViolation, `received unencrypted data after ${what} request`)
}

/** Reads until one startup packet is whole; never more than the packet and the chunk it ended in. */
function readStartup(
  stream: Socket,
  signal: AbortSignal,
): Promise<{ request: StartupRequest; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0)
    const settle = (done: () => void) => {
      stream.off('data', onData)
      stream.off('end', onGone)
      stream.off('close', onGone)
      signal.removeEventListener('abort', onAbort)
      stream.pause()
      done()
    }
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      let parsed: ParsedStartup | undefined
      try {
        parsed = parseStartupPacket(seen)
      } catch (error) {
        settle(() => reject(error))
        return
      }
      if (parsed === undefined) return
      const { request, length } = parsed
      settle(() => resolve({ request, rest: seen.subarray(length) }))
    }
    const onGone = () => settle(() => reject(new ClientGone()))
    const onAbort = () => settle(() => reject(signal.reason))
    if (signal.aborted) {
      onAbort()
      return
    }
    if (stream.destroyed) {
      onGone()
      return
    }
    signal.addEventListener('abort', onAbort)
    stream.on('data', onData)
    stream.once('end', onGone)
    stream.once('close', onGone)
    stream.resume()
  })
}
