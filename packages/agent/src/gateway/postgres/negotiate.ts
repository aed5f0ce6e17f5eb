import type { TlsSource } from '../../tls/tls-source.ts'
import { ClientGone } from '../client-gone.ts'
import type { Connection } from '../protocol.ts'
import { readMessage } from '../read-message.ts'
import { Refusal } from '../refusal.ts'
import { secure } from '../secure.ts'
import { parseStartupPacket, type StartupRequest } from './startup-packet.ts'

/** RFC 7301 name of the PostgreSQL protocol, as registered with IANA. */
const ALPN = 'postgresql'

export type Opening = Extract<StartupRequest, { type: 'cancel' | 'startup' }>

/**
 * Answers a client's questions about encryption until it says what it wants. Rejects with `Refusal`, `ClientGone`,
 * or the signal's reason.
 */
export async function negotiate(
  connection: Connection,
  tls: TlsSource,
  signal: AbortSignal,
): Promise<Opening> {
  let encrypted = false
  let refusedGss = false
  for (let first = true; ; first = false) {
    const { stream } = connection
    const request = await readMessage(stream, parseStartupPacket, signal, () => new ClientGone())
    switch (request.type) {
      case 'startup':
      case 'cancel':
        return request
      case 'direct-tls':
        if (!first) throw new Refusal('protocol-violation', 'invalid length of startup packet')
        // Naming the protocol is PostgreSQL's demand, so that no other protocol's bytes can be passed off as ours.
        connection.stream = await secure(stream, { tls, signal, alpn: ALPN, demandAlpn: true })
        encrypted = true
        break
      case 'ssl':
        if (encrypted) throw askedAgain('SSL')
        refuseEarly(stream.readableLength, 'SSL')
        stream.write('S')
        connection.stream = await secure(stream, { tls, signal, alpn: ALPN })
        encrypted = true
        break
      case 'gss':
        if (encrypted || refusedGss) throw askedAgain('GSSAPI')
        refuseEarly(stream.readableLength, 'GSSAPI encryption')
        stream.write('N')
        refusedGss = true
    }
  }
}

function askedAgain(what: string): Refusal {
  return new Refusal('protocol-violation', `${what} was asked for a second time`)
}

/** What came in clear before the handshake could have been put there by anyone (CVE-2021-23214). */
function refuseEarly(bytes: number, what: string): void {
  if (bytes === 0) return
  throw new Refusal('protocol-violation', `received unencrypted data after ${what} request`)
}
