import { type Operation as AnyOperation, operationOf } from '../operation.ts'
import type { OperationTable } from '../register-operations.ts'
import type { PdsDeps } from './deps.ts'

/** What a handler gets besides input and caller. */
export interface PdsContext {
  /** Header `Local-Only: true`: only what is written down changes, nothing on the target. */
  readonly localOnly: boolean
  /** The origin that clients use, without a slash at the end. */
  readonly origin: string
  /** Where the request came from. */
  readonly address: string
  readonly userAgent: string | undefined
}

export type Operation = AnyOperation<PdsContext, PdsDeps>
export type Operations = OperationTable<Operation>

/** Types the handler of an operation of this API by its schemas. */
export const operation = operationOf<PdsContext, PdsDeps>()
