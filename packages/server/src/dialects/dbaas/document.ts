import type { FastifyInstance } from 'fastify'
import { shareErrors, useOpenApi } from '../../platform/http/index.ts'
import { ErrorBody } from './schemas/hal.ts'

export const DOCUMENT_PATH = '/api/database/openapi.json'

const ERRORS = { name: 'Error', schema: ErrorBody('What went wrong.'), mediaType: 'application/json' }

/** Describes the routes registered in the scope from now on, and serves that. */
export async function serveDocument(scope: FastifyInstance): Promise<void> {
  await useOpenApi(scope, {
    title: 'DBaaS API',
    description:
      'Databases, their credentials, plans and environments, linked and browsable: open any address in a browser.',
    version: '1',
    dialect: 'dbaas',
    tags: [
      { name: 'Root', description: 'Where to begin.' },
      {
        name: 'Databases',
        description: 'Made on a plan, in an environment; deleted by way of a quarantine.',
      },
      { name: 'Credentials', description: 'Users of a database.' },
      { name: 'Projects', description: 'What databases are gathered in.' },
      { name: 'Plans', description: 'What can be ordered.' },
      { name: 'Environments', description: 'Where databases can be.' },
      { name: 'Engines', description: 'What databases run on.' },
      { name: 'Teams', description: 'Who databases belong to.' },
    ],
    securitySchemes: {
      basic: {
        type: 'http',
        scheme: 'basic',
        description:
          'An email and its password, or any user name with a token or API key of Croft as the password.',
      },
    },
  })
  let document: object | undefined
  scope.get(
    DOCUMENT_PATH,
    { config: { operation: 'dbaas.getDocument' }, schema: { hide: true } },
    async () => {
      document ??= shareErrors(scope.swagger(), ERRORS)
      return document
    },
  )
}
