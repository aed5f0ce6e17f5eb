import { createServer, type Socket } from 'node:net'

export interface MailSink {
  /** For `CROFT_SMTP_URL`. */
  readonly url: string
  /** The mails so far as people read them: the lines that SMTP breaks are whole again. */
  readonly mails: readonly string[]
  close(): Promise<void>
}

const decode = (text: string) =>
  text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** As much of SMTP (RFC 5321) as a client needs that has a mail to get rid of. */
function serve(socket: Socket, keep: (mail: string) => void): void {
  let received = ''
  let inMail = false
  const say = (line: string) => socket.write(`${line}\r\n`)
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (text) => {
    received += text
    for (;;) {
      const end = inMail ? '\r\n.\r\n' : '\r\n'
      const at = received.indexOf(end)
      if (at === -1) return
      const part = received.slice(0, at)
      received = received.slice(at + end.length)
      if (inMail) {
        keep(decode(part))
        inMail = false
        say('250 ok')
      } else if (/^DATA/i.test(part)) {
        inMail = true
        say('354 go on')
      } else if (/^QUIT/i.test(part)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  })
  say('220 sink')
}

/** A mail server on a free port that keeps what it is sent. */
export async function startMailSink(): Promise<MailSink> {
  const mails: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, (mail) => mails.push(mail))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => closed())
      }),
  }
}
