import { connect } from 'node:net'

const TIMEOUT_MS = 10_000

/** Sends bytes as they are, which no HTTP client would, and answers all that comes back until the server closes. */
export function rawRequest(url: string, lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let received = ''
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no end after ${JSON.stringify(received)}`)))
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      received += text
    })
    // A server that has said what is wrong may cut the rest off.
    socket.on('error', (error) => (received === '' ? reject(error) : resolve(received)))
    socket.on('close', () => resolve(received))
    socket.write(Buffer.from([...lines, 'Connection: close', '', body].join('\r\n'), 'latin1'))
  })
}
