import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import type { PrismaDeps } from './deps.ts'
import { createLinks } from './links.ts'
import type { Operation } from './operation.ts'
import { REFUSED_OPERATIONS } from './refused.ts'
import { stateOf } from './request-state.ts'
import { responsesOf } from './responses.ts'

export type OriginOf = (request: FastifyRequest) => string

/** `/v1/projects/{id}` as the router has it. */
const toRoute = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')

export type OperationTable = Readonly<
  Record<string, readonly [method: string, path: string, operation: Operation]>
>

/** Adds every operation of the table to a scope that authenticates. */
export function registerOperations(
  scope: FastifyInstance,
  table: OperationTable,
  deps: PrismaDeps,
  originOf: OriginOf,
): void {
  for (const [name, [method, path, operation]] of Object.entries(table)) {
    const { tag, summary, description, params, query, body } = operation
    scope.route({
      method,
      url: toRoute(path),
      config: { operation: `prisma.${name}`, prismaErrors: operation },
      schema: {
        tags: [tag],
        summary,
        ...(description === undefined ? {} : { description }),
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { querystring: query }),
        ...(body === undefined ? {} : { body }),
        response: responsesOf(method, operation),
      },
      // Bodies that are optional as a whole may be left out, and then there is no content type either.
      ...(body === undefined
        ? {}
        : {
            preValidation: async (request) => {
              if (request.body === undefined) request.body = {}
            },
          }),
      async handler(request, reply) {
        const { call, ids } = stateOf(request)
        const { params, query, body } = request
        const links = createLinks(originOf(request))
        const answer = await operation.handle({ call, ids, links, params, query, body }, deps)
        return reply.code(operation.status).send(answer)
      },
    })
  }
}

/** Adds those that Croft does not offer: 501 with the reason, whatever is sent. */
export function registerRefused(scope: FastifyInstance): void {
  for (const { method, path, reason } of REFUSED_OPERATIONS) {
    const refuse = async () => {
      throw new CroftError('not-supported', `${method} ${path} is not offered: ${reason}.`)
    }
    scope.route({
      method,
      url: toRoute(path),
      config: { operation: `prisma.${refusalName(method, path)}` },
      schema: { hide: true },
      // Before the body is read, since none is looked at.
      onRequest: refuse,
      handler: refuse,
    })
  }
}

/** `refusePostAppsByAppIdPromote`: every route has a name of its own in logs and metrics. */
function refusalName(method: string, path: string): string {
  const words = path
    .replace('/v1/', '')
    .replaceAll('{', 'by-')
    .split(/[^A-Za-z0-9]+/)
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  return `refuse${capital(method.toLowerCase())}${words.map(capital).join('')}`
}
