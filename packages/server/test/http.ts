import type { TestContext } from 'node:test'
import { Registry } from 'prom-client'
import { createHttp, type HttpApp, type HttpOptions } from '../src/platform/http/create-http.ts'
import { createLogger } from '../src/platform/log/index.ts'

/** The server as `createHttp` makes it, without a rate limit, and the lines it logs; closed after the test. */
export function buildHttp(
  t: TestContext,
  options: Partial<HttpOptions> = {},
): { app: HttpApp; lines: string[] } {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const app = createHttp({
    log: createLogger({ name: 'test', level: 'debug', destination }),
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 1024 },
    registry: new Registry(),
    ready: async () => ({ database: true }),
    ...options,
  })
  t.after(() => app.drain(0))
  return { app, lines }
}
