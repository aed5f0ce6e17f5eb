import { type Operation as AnyOperation, operationOf } from '../operation.ts'
import type { PrismeaiDeps } from './deps.ts'

/** What a handler gets besides input and caller. */
export interface PrismeaiContext {
  /** Whether the client asks for events as they happen. */
  readonly wantsStream: boolean
  readonly lastEventId: string | undefined
}

export type Operation = AnyOperation<PrismeaiContext, PrismeaiDeps>

/** Types the handler of an operation of this API by its schemas. */
export const operation = operationOf<PrismeaiContext, PrismeaiDeps>()
