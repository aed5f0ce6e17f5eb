import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { toRoute } from '../register-operations.ts'
import type { Answerer } from './answer.ts'
import { type AnyMethod, type Endpoint, METHODS, type Method } from './endpoint.ts'
import { metadataOf } from './metadata.ts'
import type { Answer } from './render.ts'
import { stateOf } from './request-state.ts'
import { responsesOf } from './responses.ts'

/** `databaseById`, for the names of routes that are no operations. */
function wordsOf(path: string): string {
  const words = path.replaceAll('{id}', 'by-id').match(/[a-z]+/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const nameOf = (verb: string, method: string, path: string): string =>
  `dbaas.${verb}${method.charAt(0)}${method.slice(1).toLowerCase()}${wordsOf(path)}`

/** The redirect that the original's framework makes, for every method: whoever sends a body loses it. */
function registerSlashless(scope: FastifyInstance, endpoint: Endpoint, answerer: Answerer): void {
  const url = toRoute(endpoint.path.slice(0, -1))
  // `/api` is nobody's.
  if (url === '/api') return
  for (const method of [...METHODS, 'OPTIONS']) {
    const redirect = async (request: FastifyRequest, reply: FastifyReply) => {
      const { origin, pathname, search } = new URL(answerer.urlOf(request))
      return reply
        .code(301)
        .header('location', `${origin}${pathname}/${search}`)
        .header('content-type', 'text/html; charset=utf-8')
        .send('')
    }
    scope.route({
      method,
      url,
      config: { operation: nameOf('addSlash', method, endpoint.path) },
      schema: { hide: true },
      // Before the body is read, and whoever asks.
      onRequest: redirect,
      handler: redirect,
    })
  }
}

/** Does what is meant. Throws `method-not-allowed` and whatever the operation throws. */
async function answerOf(endpoint: Endpoint, request: FastifyRequest, answerer: Answerer): Promise<Answer> {
  const { method } = stateOf(request)
  if (method === 'OPTIONS') return { status: 200, hal: metadataOf(endpoint, answerer.urlOf(request)) }
  const meant: Method = method === 'HEAD' ? 'GET' : method
  const found = endpoint.operations.get(meant)
  if (!found) throw new CroftError('method-not-allowed', `Method '${method}' not allowed.`)
  return answerer.run(found.operation, request)
}

/** Adds every path in every method: what it does not offer is told in the words of this API. */
export function registerEndpoints(
  scope: FastifyInstance,
  endpoints: readonly Endpoint[],
  answerer: Answerer,
): void {
  for (const endpoint of endpoints) {
    for (const method of [...METHODS, 'OPTIONS'] as const satisfies readonly AnyMethod[]) {
      const found = method === 'OPTIONS' ? undefined : endpoint.operations.get(method)
      const { operation } = found ?? {}
      const config: FastifyContextConfig = {
        operation: found ? `dbaas.${found.name}` : nameOf('other', method, endpoint.path),
        dbaasEndpoint: endpoint,
      }
      scope.route({
        method,
        url: toRoute(endpoint.path),
        config,
        schema:
          found && operation
            ? {
                tags: [operation.tag],
                summary: operation.summary,
                ...(operation.description === undefined ? {} : { description: operation.description }),
                ...(operation.query === undefined ? {} : { querystring: operation.query }),
                ...(operation.body === undefined ? {} : { body: operation.body }),
                response: responsesOf(method, found),
              }
            : { hide: true },
        async handler(request, reply) {
          return answerer.send(request, reply, await answerOf(endpoint, request, answerer))
        },
      })
    }
    registerSlashless(scope, endpoint, answerer)
  }
}
