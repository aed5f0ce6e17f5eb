import { type Operation as AnyOperation, operationOf } from '../operation.ts'
import type { CroftDeps } from './deps.ts'

export type Operation = AnyOperation<object, CroftDeps>

/** Types the handler of an operation of our own API by its schemas. */
export const operation = operationOf<object, CroftDeps>()
