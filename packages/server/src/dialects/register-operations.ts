import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { Call } from '../domain/access/index.ts'
import type { Operation } from './operation.ts'

/** `name: [method, path, operation]`; paths are written as in OpenAPI, `/v1/projects/{id}`. */
export type OperationTable<One> = Readonly<
  Record<string, readonly [method: string, path: string, operation: One]>
>

/** `/v1/projects/{id}` as the router has it. */
export const toRoute = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

export interface Registration<Context, Deps, One extends Operation<Context, Deps>> {
  /** First part of the operations' names. */
  readonly dialect: string
  /** What all paths of the table begin with. */
  readonly basePath?: string
  readonly table: OperationTable<One>
  readonly deps: Deps
  /** The scope authenticates nobody: anybody may call these. */
  readonly open?: boolean
  callOf(request: FastifyRequest): Call
  /** What handlers get besides the input and the call. */
  contextOf(request: FastifyRequest, reply: FastifyReply): Context
  /** The schema of every status that it may answer. */
  responsesOf(method: string, operation: One): Record<string, TSchema>
  configOf?(operation: One): FastifyContextConfig
}

/** Adds every operation of a dialect's table to a scope that authenticates and has `useIdempotency`. */
export function registerOperations<Context, Deps, One extends Operation<Context, Deps>>(
  scope: FastifyInstance,
  dialect: Registration<Context, Deps, One>,
): void {
  for (const [name, [method, path, operation]] of Object.entries(dialect.table)) {
    const { tag, summary, description, params, query, body, mediaType } = operation
    scope.route({
      method,
      url: toRoute(`${dialect.basePath ?? ''}${path}`),
      // Whoever asks for the head of a stream would have it made for nothing.
      exposeHeadRoute: mediaType === undefined && operation.changes === undefined,
      config: { operation: `${dialect.dialect}.${name}`, ...dialect.configOf?.(operation) },
      schema: {
        tags: [tag],
        summary,
        ...(dialect.open ? { security: [] } : {}),
        ...(description === undefined ? {} : { description }),
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { querystring: query }),
        ...(body === undefined ? {} : { body }),
        response: dialect.responsesOf(method, operation),
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
        const { params, query, body, resourceId } = request
        const caller = dialect.callOf(request)
        const call = resourceId === null ? caller : { ...caller, resourceId }
        const input = { ...dialect.contextOf(request, reply), params, query, body, call }
        const answer = await operation.handle(input, dialect.deps)
        // A proxy that collects an answer before it passes it on would keep what is live.
        if (mediaType !== undefined) void reply.type(mediaType).header('x-accel-buffering', 'no')
        return reply.code(operation.status).send(answer)
      },
    })
  }
}
