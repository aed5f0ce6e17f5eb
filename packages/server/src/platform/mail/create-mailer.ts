import { createTransport } from 'nodemailer'

export interface Mail {
  readonly to: string
  readonly subject: string
  /** Plain text: links in it are seen for what they are. */
  readonly text: string
}

export interface Mailer {
  /** Resolves when the mail server has taken the mail. Throws `MailRefused` when trying again cannot help. */
  send(mail: Mail): Promise<void>
}

/** The mail server does not want this mail, and never will. */
export class MailRefused extends Error {
  constructor(cause: unknown) {
    super('the mail server refused the mail for good', { cause })
    this.name = 'MailRefused'
  }
}

const CONNECT_MS = 10_000
const SILENCE_MS = 30_000

/** SMTP answers of 500 and more to an address or a text are final; to a login they are a wrong setting. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false
  return Number(error.responseCode) >= 500 && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE')
}

/** Sends mail through the server of an `smtp:` or `smtps:` URL. Every step has a timeout. */
export function createMailer({ url, from }: { readonly url: string; readonly from: string }): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ to, subject, text }) {
      try {
        // As an object, so that no comma or angle bracket of an address makes two of it.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
      } catch (error) {
        throw isFinal(error) ? new MailRefused(error) : error
      }
    },
  }
}
