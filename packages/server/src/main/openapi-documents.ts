import { pino } from 'pino'
import { Registry } from 'prom-client'
import { type Dialect, mountDialect } from '../dialects/dialect.ts'
import {
  createPrismaDialect,
  DOCUMENT_PATH,
  type PrismaDeps,
  type PrismaOptions,
} from '../dialects/prisma/index.ts'
import { createHttp } from '../platform/http/index.ts'

interface Described {
  /** Name of the file below openapi/. */
  readonly name: string
  readonly path: string
  readonly dialect: Dialect
}

// Documents come from schemas alone: no handler runs, so nothing behind the handlers is needed.
const described: readonly Described[] = [
  {
    name: 'prisma',
    path: DOCUMENT_PATH,
    dialect: createPrismaDialect({
      deps: {} as PrismaDeps,
      idempotency: {} as PrismaOptions['idempotency'],
      originOf: () => 'http://localhost',
      createDb: null,
    }),
  },
]

async function documentOf({ path, dialect }: Described): Promise<string> {
  const app = createHttp({
    log: pino({ level: 'silent' }),
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 1024 },
    registry: new Registry(),
    ready: async () => ({}),
  })
  try {
    await mountDialect(app, dialect)
    const response = await app.inject(path)
    if (response.statusCode !== 200)
      throw new Error(`${path} answered ${response.statusCode}: ${response.body}`)
    const { servers: _ofThisProcess, ...document } = response.json<Record<string, unknown>>()
    return `${JSON.stringify(document, null, 2)}\n`
  } finally {
    await app.close()
  }
}

/** The OpenAPI document of each dialect as it is committed, by file name. */
export async function openApiDocuments(): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>()
  for (const each of described) documents.set(`${each.name}.json`, await documentOf(each))
  return documents
}
