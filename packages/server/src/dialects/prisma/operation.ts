import type { Static, TSchema } from 'typebox'
import type { Call } from '../../domain/access/index.ts'
import type { PrismaDeps } from './deps.ts'
import type { RouteErrors } from './errors.ts'
import type { IdReader } from './ids.ts'
import type { Links } from './links.ts'

/** What a handler gets: the checked input, who asks, and the translation of ids and links. */
export interface Input<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly call: Call
  readonly ids: IdReader
  readonly links: Links
}

/** One operation of the API: schemas, the statuses it may answer, and the handler. */
export interface Operation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
  Status extends 200 | 201 | 204 = 200 | 201 | 204,
> extends RouteErrors {
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Of success; 204 has no `response`. */
  readonly status: Status
  readonly response?: Response
  handle(
    input: Input<Static<Params>, Static<Query>, Static<Body>>,
    deps: PrismaDeps,
  ): Promise<Static<Response>>
}

/** Types the handler by its schemas. */
export function operation<
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
  Response extends TSchema,
  Status extends 200 | 201 | 204,
>(definition: Operation<Params, Query, Body, Response, Status>): typeof definition {
  return definition
}
