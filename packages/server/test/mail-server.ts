import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { SMTPServer } from 'smtp-server'

export interface MailServer {
  readonly url: string
  /** Each as it came over the wire. */
  readonly mails: string[]
  /** What the next mails are answered instead of being taken: an SMTP status. */
  refuse: number[]
}

/** A mail server that keeps what it gets, closed after the test. */
export async function startMailServer(t: TestContext): Promise<MailServer> {
  const state: MailServer = { url: '', mails: [], refuse: [] }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_address, _session, callback) {
      const responseCode = state.refuse.shift()
      if (responseCode === undefined) return callback()
      callback(Object.assign(new Error('not now'), { responseCode }))
    },
    onData(stream, _session, callback) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        text += chunk
      })
      stream.on('end', () => {
        // Quoted-printable, which is what lines with `=` are sent as.
        state.mails.push(text.replaceAll('=\r\n', '').replaceAll('=3D', '='))
        callback()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return Object.assign(state, { url: `smtp://127.0.0.1:${port}` })
}
