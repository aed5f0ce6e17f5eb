import type { Asked } from './asker.ts'
import { kindOfParameter, type Operation } from './operations.ts'
import type { Ids } from './tenant.ts'

/** What must stand beside a parameter of a query, which says what the id is of. */
const COMPANIONS: Readonly<Record<string, string>> = {
  scopeId: 'scopeType=workspace',
  holderId: 'holderType=user',
}

/** A query with this value, and whatever has to be there with it. */
export const queryWith = (field: string, value: string) =>
  [COMPANIONS[field], `${field}=${value}`].filter(Boolean).join('&')

/** The path's parameters and the query's required ones, all of things that exist. */
export function soundRequest(operation: Operation, ids: Ids): Asked & { query: string } {
  const { parameters } = operation
  const value = (parameter: Operation['parameters'][number]) =>
    ids[kindOfParameter(operation, parameter) ?? 'database']
  const path = parameters.filter((each) => each.in === 'path')
  const query = parameters
    .filter((each) => each.in === 'query' && each.required)
    .map((each) =>
      each.name === 'scopeType' ? queryWith('scopeId', ids.workspace) : queryWith(each.name, value(each)),
    )
  // A thing of a workspace is looked for in the caller’s own, if it has one; so it is said which is meant.
  const inWorkspace =
    path.length > 0 && parameters.some(({ name, required }) => name === 'workspaceId' && !required)
  return {
    path: Object.fromEntries(path.map((each) => [each.name, value(each)])),
    query: [...query, ...(inWorkspace ? [`workspaceId=${ids.workspace}`] : [])].join('&'),
  }
}

/** What a list has in it, in the words of any dialect. */
export function itemsIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return []
  if ('data' in body) return body.data
  if ('_links' in body) return Object.entries(body).find(([field]) => field !== '_links')?.[1]
  const { result } = body as { result?: { events?: unknown } }
  return result?.events ?? body
}
