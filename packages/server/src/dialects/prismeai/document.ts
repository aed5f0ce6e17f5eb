import type { FastifyInstance } from 'fastify'
import { shareErrors, useOpenApi } from '../../platform/http/index.ts'
import { ErrorBody } from './schemas/error.ts'

export const DOCUMENT_PATH = '/v2/openapi.json'

const ERRORS = { name: 'Error', schema: ErrorBody('What went wrong.'), mediaType: 'application/json' }

/** Describes the routes registered in the scope from now on, and serves that. */
export async function serveDocument(scope: FastifyInstance): Promise<void> {
  await useOpenApi(scope, {
    title: 'Prisme.ai workspaces',
    description:
      'API keys with rules, the security of a workspace, whom it is shared with and its events, as clients of Prisme.ai know them, served by Croft.',
    version: '2',
    dialect: 'prismeai',
    tags: [
      {
        name: 'API keys',
        description: 'Keys whose rules say exactly what they may do, in every API of Croft.',
      },
      { name: 'Security', description: 'A workspace’s own roles and rules.' },
      { name: 'Sharing', description: 'Which users have which role in a workspace.' },
      { name: 'Events', description: 'The trail of what was done, and what clients add to it.' },
      { name: 'Workspaces', description: 'What keys belong to.' },
    ],
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'Any token of Croft.' },
      apiKey: { type: 'apiKey', in: 'header', name: 'x-prismeai-api-key', description: 'An API key.' },
    },
  })
  let document: object | undefined
  scope.get(
    DOCUMENT_PATH,
    { config: { operation: 'prismeai.getDocument' }, schema: { hide: true } },
    async () => {
      document ??= shareErrors(scope.swagger(), ERRORS)
      return document
    },
  )
}
