import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { TlsSource } from '../tls/tls-source.ts'
import { ClientGone } from './client-gone.ts'

export interface SecureOptions {
  readonly tls: TlsSource
  readonly signal: AbortSignal
  /** RFC 7301 name of the protocol, where it has one. */
  readonly alpn?: string
  /** The client has to name it. */
  readonly demandAlpn?: boolean
}

/**
 * Makes the server's side of a TLS handshake on `socket`. Rejects with `ClientGone` when the handshake fails: TLS has
 * told the client itself.
 */
export function secure(
  socket: Socket,
  { tls, signal, alpn, demandAlpn = false }: SecureOptions,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const stream = new TLSSocket(socket, {
      isServer: true,
      secureContext: tls.secureContext(),
      ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    })
    let cause: Error | undefined
    const settle = (done: () => void) => {
      signal.removeEventListener('abort', onAbort)
      stream.off('secure', onSecure)
      stream.off('close', onClose)
      done()
    }
    const fail = (error: Error) =>
      settle(() => {
        stream.destroy()
        reject(error)
      })
    const onAbort = () => fail(signal.reason)
    const onClose = () => fail(new ClientGone('the TLS handshake failed', { cause }))
    const onSecure = () => {
      if (demandAlpn && stream.alpnProtocol !== alpn) {
        fail(new ClientGone(`direct TLS without the ALPN protocol "${alpn}"`))
      } else {
        settle(() => resolve(stream))
      }
    }
    // Kept for the connection's life: a socket without an error listener ends the process. Node gives the TLS
    // errors of a TLSSocket without a tls.Server (a record that does not decrypt) to `_tlsError` alone.
    const onError = (error: Error) => {
      cause = error
      stream.destroy()
    }
    stream.on('error', onError)
    stream.on('_tlsError', onError)
    stream.once('secure', onSecure)
    stream.once('close', onClose)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}
