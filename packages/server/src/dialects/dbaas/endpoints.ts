import type { Endpoint, Kind, Method, NamedOperation } from './endpoint.ts'
import { KINDS, SEGMENTS } from './endpoint.ts'
import type { Operation } from './operation.ts'

/** `name: [method, path, operation]`. */
export type Table = Readonly<Record<string, readonly [method: Method, path: string, operation: Operation]>>

function placeOf(path: string): Endpoint['place'] {
  if (path === '/api/') return 'root'
  if (path.endsWith('/{id}/')) return 'item'
  return path.includes('/{id}/') ? 'action' : 'list'
}

function kindOf(path: string): Kind | null {
  const segment = path.split('/')[2]
  return KINDS.find((kind) => SEGMENTS[kind] === segment) ?? null
}

/** The paths of a table of operations, with all that each offers. */
export function endpointsOf(table: Table): readonly Endpoint[] {
  const byPath = new Map<string, Map<Method, NamedOperation>>()
  for (const [name, [method, path, operation]] of Object.entries(table)) {
    const operations = byPath.get(path) ?? new Map<Method, NamedOperation>()
    byPath.set(path, operations.set(method, { name, operation }))
  }
  return Array.from(byPath, ([path, operations]) => ({
    path,
    place: placeOf(path),
    kind: kindOf(path),
    operations,
  }))
}
