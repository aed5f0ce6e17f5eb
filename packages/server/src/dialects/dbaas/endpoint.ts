import type { TSchema } from 'typebox'
import type { Operation } from './operation.ts'

/** The kinds of things, as wrappers of lists and the numbers' aliases call them. */
export const KINDS = [
  'database',
  'credential',
  'project',
  'plan',
  'environment',
  'enginetype',
  'engine',
  'team',
] as const
export type Kind = (typeof KINDS)[number]

/** The kinds as paths have them. */
export const SEGMENTS: Readonly<Record<Kind, string>> = {
  database: 'database',
  credential: 'credential',
  project: 'project',
  plan: 'plan',
  environment: 'environment',
  enginetype: 'engine_type',
  engine: 'engine',
  team: 'team',
}

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const
export type Method = (typeof METHODS)[number]
/** What a request can mean: `HEAD` and `OPTIONS` exist beside what an endpoint offers. */
export type AnyMethod = Method | 'HEAD' | 'OPTIONS'

/** One path of the API and all that can be done there. */
export interface Endpoint {
  /** As in OpenAPI, `/api/database/{id}/`. */
  readonly path: string
  readonly place: 'root' | 'list' | 'item' | 'action'
  /** Null at the root. */
  readonly kind: Kind | null
  readonly operations: ReadonlyMap<Method, NamedOperation>
}

export interface NamedOperation {
  readonly name: string
  readonly operation: Operation<TSchema>
}

/** The header `Allow`, in the original's order. */
export function allowOf({ operations }: Endpoint): readonly AnyMethod[] {
  const has = (method: Method): Method[] => (operations.has(method) ? [method] : [])
  const head: AnyMethod[] = operations.has('GET') ? ['HEAD'] : []
  const listed = [...has('GET'), ...has('POST'), ...has('PUT'), ...has('DELETE')]
  return [...listed, ...head, 'OPTIONS', ...has('PATCH')]
}
