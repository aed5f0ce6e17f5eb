import type { Static, TSchema } from 'typebox'
import type { Call } from '../../domain/access/index.ts'
import type { CroftDeps } from './deps.ts'

export interface Input<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly call: Call
}

/** One operation of our own API: schemas, the status of success, and the handler. */
export interface Operation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
> {
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Of success; 204 has no `response`. */
  readonly status: 200 | 201 | 202 | 204
  readonly response?: Response
  handle(
    input: Input<Static<Params>, Static<Query>, Static<Body>>,
    deps: CroftDeps,
  ): Promise<Static<Response>>
}

/** Types the handler by its schemas. */
export function operation<
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
  Response extends TSchema,
>(definition: Operation<Params, Query, Body, Response>): Operation<Params, Query, Body, Response> {
  return definition
}
