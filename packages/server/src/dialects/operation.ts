import type { Static, TSchema } from 'typebox'
import type { Call } from '../domain/access/index.ts'

export type SuccessStatus = 200 | 201 | 202 | 204

/** The checked input of an operation, and who asks. A dialect adds what else its handlers need. */
export interface Input<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly call: Call
}

/** One operation of a dialect: schemas, the status of success, and the handler. */
export interface Operation<
  Context,
  Deps,
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
  Status extends SuccessStatus = SuccessStatus,
> {
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** A GET that changes something: HEAD must not do the same. */
  readonly changes?: true
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Of success; 204 has no `response`. */
  readonly status: Status
  readonly response?: Response
  /** Of an answer that is a stream; `response` is then the schema of one item of it. */
  readonly mediaType?: string
  handle(
    input: Input<Static<Params>, Static<Query>, Static<Body>> & Context,
    deps: Deps,
  ): Promise<Static<Response>>
}

/** A dialect's `operation` function, which types each handler by its schemas. `More` is what else it declares. */
export function operationOf<Context, Deps, More = unknown>() {
  return <
    Params extends TSchema,
    Query extends TSchema,
    Body extends TSchema,
    Response extends TSchema,
    Status extends SuccessStatus,
  >(
    definition: Operation<Context, Deps, Params, Query, Body, Response, Status> & More,
  ): typeof definition => definition
}
