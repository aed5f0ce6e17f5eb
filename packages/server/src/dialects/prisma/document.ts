import type { FastifyInstance } from 'fastify'
import { shareErrors, useOpenApi } from '../../platform/http/index.ts'
import type { OriginOf } from './links.ts'
import { ErrorBody } from './schemas/envelope.ts'

export const DOCUMENT_PATH = '/v1/doc'

const ERRORS = { name: 'Error', schema: ErrorBody('What went wrong.'), mediaType: 'application/json' }

/** Describes the routes registered in the scope from now on, and serves that at the path the original has. */
export async function serveDocument(scope: FastifyInstance, originOf: OriginOf): Promise<void> {
  await useOpenApi(scope, {
    title: 'Prisma Management API',
    description:
      'Workspaces, projects, PostgreSQL databases, connections and backups, as clients of Prisma’s Management API know them, served by Croft.',
    version: '1',
    dialect: 'prisma',
    tags: [
      { name: 'Workspaces', description: 'What tokens are bound to, and who is calling.' },
      { name: 'Service tokens', description: 'Tokens of a workspace, for programs.' },
      { name: 'Integrations', description: 'Applications that users gave access to a workspace.' },
      { name: 'Projects', description: 'What databases belong to.' },
      { name: 'Branches', description: 'Named environments of a project.' },
      { name: 'Databases', description: 'PostgreSQL servers of their own.' },
      { name: 'Connections', description: 'Logins to a database.' },
      { name: 'Backups', description: 'Of a database.' },
      { name: 'Regions', description: 'Where databases can be.' },
    ],
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'A service token or an OAuth access token.' },
    },
  })
  let document: object | undefined
  scope.get(
    DOCUMENT_PATH,
    { config: { operation: 'prisma.getDocument' }, schema: { hide: true } },
    async (request) => {
      document ??= shareErrors(scope.swagger(), ERRORS)
      return { ...document, servers: [{ url: originOf(request) }] }
    },
  )
}
