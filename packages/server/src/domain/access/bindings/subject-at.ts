import type { Level, SubjectName } from '../rules/subjects.ts'
import { SCOPE_FIELDS } from '../rules/subjects.ts'
import type { Place } from './place.ts'

type Fields = Record<string, unknown>

function put(fields: Fields, path: string, value: string): void {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) {
    fields[first] = value
    return
  }
  const inner: Fields = {}
  fields[first] = inner
  put(inner, rest.join('.'), value)
}

/**
 * What all things of a kind at a place have in common: the fields that say where they are, and no others. Null when
 * nothing of that kind lies there. `paths` names them as conditions do.
 */
export function subjectAt(
  place: Place,
  workspaceId: string | null,
  name: SubjectName,
): { readonly fields: Fields; readonly paths: ReadonlySet<string> } | null {
  const fields: Fields = {}
  const paths = new Set<string>()
  const add = (path: string, value: string) => {
    put(fields, path, value)
    paths.add(path)
  }
  if (name === 'organizations') {
    if (place.type !== 'organization' || place.organizationId === null) return null
    add('id', place.organizationId)
    return { fields, paths }
  }
  const around: Partial<Record<Exclude<Level, 'platform' | 'organization'>, string | null | undefined>> = {
    workspace: workspaceId,
    project: place.projectId,
    namespace: place.namespace?.id,
    database: place.database?.id,
  }
  for (const level of ['workspace', 'project', 'namespace', 'database'] as const) {
    const value = around[level]
    const path = SCOPE_FIELDS[level][name]
    if (value === null || value === undefined) continue
    if (path === undefined) return null
    add(path, value)
  }
  if (paths.size === 0) return null
  if (name === 'workspaces' && place.organizationId !== null) add('organizationId', place.organizationId)
  return { fields, paths }
}
