import { type Operation as AnyOperation, operationOf } from '../operation.ts'
import type { PrismaDeps } from './deps.ts'
import type { RouteErrors } from './errors.ts'
import type { IdReader } from './ids.ts'
import type { Links } from './links.ts'

/** What a handler gets besides input and caller: the translation of ids and links. */
export interface PrismaContext {
  readonly ids: IdReader
  readonly links: Links
}

/** An operation, and how it tells errors. */
export type Operation = AnyOperation<PrismaContext, PrismaDeps> & RouteErrors

/** Types the handler of an operation of this API by its schemas. */
export const operation = operationOf<PrismaContext, PrismaDeps, RouteErrors>()
