import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Call {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly token: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

async function read(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? undefined : JSON.parse(text)
}

function send(response: ServerResponse, answer: Answer): void {
  const type = answer.status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers })
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
}

/** The other side of HTTP: answers what the test says, by `METHOD path`, and keeps what it was asked. */
export async function serveApi(t: TestContext, answer: (call: Call, key: string) => Answer | undefined) {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://api')
      const call: Call = {
        method: String(request.method),
        path: url.pathname.replace('/api/croft/v1', ''),
        query: Object.fromEntries(url.searchParams),
        token: request.headers.authorization?.replace('Bearer ', ''),
        headers: request.headers,
        body,
      }
      calls.push(call)
      const problem = { status: 404, body: { title: 'Not found', status: 404, code: 'not-found' } }
      send(response, answer(call, `${call.method} ${call.path}`) ?? problem)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls }
}

/** One page of a list. */
export function page(data: readonly unknown[], nextCursor: string | null = null): Answer {
  return { status: 200, body: { data, pagination: { nextCursor, hasMore: nextCursor !== null } } }
}
