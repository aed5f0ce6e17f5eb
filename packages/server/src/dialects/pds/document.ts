import type { FastifyInstance } from 'fastify'
import { shareErrors, useOpenApi } from '../../platform/http/index.ts'
import { ErrorBody } from './schemas/error.ts'

export const DOCUMENT_PATH = '/api/pds/openapi.json'

const ERRORS = { name: 'Error', schema: ErrorBody('What went wrong.'), mediaType: 'application/json' }

/** Describes the routes registered in the scope from now on, and serves that. */
export async function serveDocument(scope: FastifyInstance): Promise<void> {
  await useOpenApi(scope, {
    title: 'Portworx Data Services',
    description:
      'Accounts, deployment targets, templates, deployments, backups and restores as clients of Portworx Data Services know them, served by Croft.',
    version: '121',
    dialect: 'pds',
    securitySchemes: {
      ApiKeyAuth: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description:
          '"Bearer " and a token: of a user, a user’s API key, a service identity or a service account.',
      },
    },
  })
  let document: object | undefined
  scope.get(DOCUMENT_PATH, { config: { operation: 'pds.getDocument' }, schema: { hide: true } }, async () => {
    document ??= shareErrors(scope.swagger(), ERRORS)
    return document
  })
}
