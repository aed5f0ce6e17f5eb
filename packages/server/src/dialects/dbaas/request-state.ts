import type { FastifyRequest } from 'fastify'
import type { Caller } from './authenticate.ts'
import type { AnyMethod, Endpoint } from './endpoint.ts'
import { DEFAULT_MEDIA, type Media } from './negotiate.ts'
import type { RawBody } from './read-body.ts'

/** What is known of a request by the time; an answer to a failure is made of as much as there is. */
export interface RequestState {
  media: Media
  caller: Caller | null
  /** Null outside of the API's paths. */
  endpoint: Endpoint | null
  /** What is meant, after an override. */
  method: AnyMethod
  body: RawBody | null
  /** The fields of the body once they were read. */
  given: Readonly<Record<string, unknown>> | null
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the DBaaS dialect; null on other routes. */
    dbaas: RequestState | null
  }
  interface FastifyContextConfig {
    dbaasEndpoint?: Endpoint
  }
}

export function stateOf(request: FastifyRequest): RequestState {
  request.dbaas ??= {
    media: DEFAULT_MEDIA,
    caller: null,
    endpoint: request.routeOptions.config.dbaasEndpoint ?? null,
    method: request.method as AnyMethod,
    body: null,
    given: null,
  }
  return request.dbaas
}
