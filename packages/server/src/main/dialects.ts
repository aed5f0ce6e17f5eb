import type { Settings } from '@croft/protocol'
import { registerAccount } from '../dialects/account/index.ts'
import { createCroftDialect } from '../dialects/croft/dialect.ts'
import { createDbaasDialect, DOCUMENT_PATH as DBAAS_DOCUMENT } from '../dialects/dbaas/index.ts'
import { type Dialect, mountDialect } from '../dialects/dialect.ts'
import { registerDocs } from '../dialects/docs/index.ts'
import { registerHome } from '../dialects/home/index.ts'
import { createPdsDialect, DOCUMENT_PATH as PDS_DOCUMENT } from '../dialects/pds/index.ts'
import { createPrismaDialect, type PrismaOptions } from '../dialects/prisma/index.ts'
import { registerOAuth } from '../dialects/prisma/oauth/index.ts'
import { createPrismeaiDialect, DOCUMENT_PATH } from '../dialects/prismeai/index.ts'
import { registerReference } from '../dialects/reference/index.ts'
import type { HttpApp } from '../platform/http/index.ts'
import type { Domain } from './compose.ts'
import { createOriginOf } from './origin-of.ts'

/** What the home page and the reference say of each dialect. */
export const ENTRIES = [
  {
    slug: 'prisma',
    title: 'Prisma Management API',
    path: '/v1',
    clients: '@prisma/management-api-sdk, @prisma/cli, create-db, Terraform',
    document: '/v1/doc',
    editorPath: '/v1/swagger-editor',
  },
  {
    slug: 'prismeai',
    title: 'Prisme.ai workspaces',
    path: '/v2',
    clients: 'HTTP clients that send x-prismeai-api-key',
    document: DOCUMENT_PATH,
  },
  {
    slug: 'dbaas',
    title: 'DBaaS API',
    path: '/api/',
    clients: 'curl, and any browser',
    document: DBAAS_DOCUMENT,
  },
  {
    slug: 'pds',
    title: 'Portworx Data Services',
    path: '/api/accounts',
    clients: 'pds-api-go-client and what is built on it',
    document: PDS_DOCUMENT,
  },
  {
    slug: 'croft',
    title: 'Croft API',
    path: '/api/croft/v1',
    clients: 'croft (the CLI)',
    document: '/api/croft/v1/openapi.json',
  },
]

export type DialectOptions = Pick<PrismaOptions, 'originOf' | 'createDb'>

/** Every dialect, made of the domain. */
export function createDialects(domain: Domain, { originOf, createDb }: DialectOptions): readonly Dialect[] {
  const idempotency = { db: domain.db, sealer: domain.sealer }
  return [
    createPrismaDialect({ deps: domain, idempotency, originOf, createDb }),
    createPrismeaiDialect({ deps: domain, idempotency }),
    createDbaasDialect({ deps: domain, idempotency, originOf }),
    createPdsDialect({ deps: domain, idempotency, originOf }),
    createCroftDialect({ ...domain, idempotency, originOf }),
  ]
}

/** Adds the dialects, the home page and the reference to the server. */
export async function mountDialects(app: HttpApp, domain: Domain, settings: Settings): Promise<void> {
  const originOf = createOriginOf(settings.CROFT_PUBLIC_URL)
  const createDb = settings.CROFT_CREATE_DB === 'on' ? { publicUrl: settings.CROFT_PUBLIC_URL ?? null } : null
  for (const dialect of createDialects(domain, { originOf, createDb })) await mountDialect(app, dialect)
  const { access, people } = domain
  const loginElsewhere = settings.CROFT_OIDC_ISSUER !== undefined
  await registerOAuth(app, { access, originOf, loginElsewhere })
  await registerAccount(app, { access, people, originOf, loginElsewhere })
  registerHome(app, { dialects: ENTRIES, originOf, describe: () => domain.targets.describe() })
  registerDocs(app)
  registerReference(
    app,
    ENTRIES.map(({ document, path: _path, clients: _clients, ...entry }) => ({ ...entry, url: document })),
  )
}
