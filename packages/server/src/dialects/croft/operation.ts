import { type Operation as AnyOperation, operationOf } from '../operation.ts'
import type { Browser } from './browser.ts'
import type { CroftDeps } from './deps.ts'

/** What handlers get besides the input and the call. */
export interface CroftContext {
  readonly browser: Browser
  /** Where the request came from. */
  readonly address: string
  /** Where a client that follows events was when it lost its connection. */
  readonly lastEventId?: string
}

export type Operation = AnyOperation<CroftContext, CroftDeps>

/** Types the handler of an operation of our own API by its schemas. */
export const operation = operationOf<CroftContext, CroftDeps>()
