import type { FastifyRequest } from 'fastify'
import { ANONYMOUS, type Call } from '../../domain/access/index.ts'
import type { RouteErrors } from './errors.ts'
import { createIdReader, type IdReader } from './ids.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the Prisma dialect knows of the request; null on other routes. */
    prisma: RequestState | null
  }
  interface FastifyContextConfig {
    /** How a route of the Prisma dialect tells errors. */
    prismaErrors?: RouteErrors
  }
}

export interface RequestState {
  call: Call
  readonly ids: IdReader
}

/** The request’s state; its call is nobody’s until it is authenticated. */
export function stateOf(request: FastifyRequest): RequestState {
  request.prisma ??= { call: { principal: ANONYMOUS, requestId: request.id }, ids: createIdReader() }
  return request.prisma
}

/** Whose idempotency keys those of this request are. */
export function callerOf(request: FastifyRequest): string {
  const { type, id } = stateOf(request).call.principal
  return `${type} ${id}`
}
