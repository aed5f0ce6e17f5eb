import { request } from 'node:http'

const TIMEOUT_MS = 30_000

/** An address of this machine, another for each number: all of 127.0.0.0/8 is. */
const addressOf = (number: number) =>
  `127.${1 + ((number >> 16) % 250)}.${(number >> 8) % 256}.${1 + (number % 250)}`

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** As `fetch`, but as if from another machine. */
export const fromAddress =
  (number: number) =>
  (url: string, { method, headers, body }: Sent): Promise<Response> =>
    new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body ?? '')) }
      const sent = request(url, {
        method,
        headers: { ...headers, ...length },
        localAddress: addressOf(number),
        timeout: TIMEOUT_MS,
      })
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${url} took too long`)))
      sent.on('error', reject)
      sent.on('response', (message) => {
        const chunks: Buffer[] = []
        message.on('data', (chunk: Buffer) => chunks.push(chunk))
        message.on('error', reject)
        message.on('end', () => {
          const answered = new Headers()
          for (const [name, values] of Object.entries(message.headersDistinct)) {
            for (const value of values ?? []) answered.append(name, value)
          }
          const { statusCode: status = 0 } = message
          const text = status === 204 ? null : Buffer.concat(chunks)
          resolve(new Response(text, { status, headers: answered }))
        })
      })
      sent.end(body)
    })
