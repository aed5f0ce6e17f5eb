import { pino } from 'pino'
import { Registry } from 'prom-client'
import { type Dialect, mountDialect } from '../dialects/dialect.ts'
import { createHttp } from '../platform/http/index.ts'
import type { Domain } from './compose.ts'
import { createDialects, ENTRIES } from './dialects.ts'

async function documentOf(dialect: Dialect, path: string): Promise<string> {
  const app = createHttp({
    log: pino({ level: 'silent' }),
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 1024 },
    registry: new Registry(),
    ready: async () => ({}),
  })
  try {
    await mountDialect(app, dialect)
    const { statusCode, body } = await app.inject(path)
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${body}`)
    const { servers: _ofThisProcess, ...document }: Record<string, unknown> = JSON.parse(body)
    return `${JSON.stringify(document, null, 2)}\n`
  } finally {
    await app.close()
  }
}

/** The OpenAPI document of each dialect as it is committed, by file name. */
export async function openApiDocuments(): Promise<ReadonlyMap<string, string>> {
  // Documents come from schemas alone: no handler runs, so there need be no domain behind them.
  const domain = {} as Domain
  const dialects = createDialects(domain, { originOf: () => 'http://localhost', createDb: null })
  const documents = new Map<string, string>()
  for (const dialect of dialects) {
    const entry = ENTRIES.find(({ slug }) => slug === dialect.name)
    if (entry) documents.set(`${dialect.name}.json`, await documentOf(dialect, entry.document))
  }
  return documents
}
