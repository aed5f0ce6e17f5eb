import type { Executor } from '../../../platform/db/connect.ts'
import { CroftError, type ErrorCode } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { authorize, authorizeFound } from '../authorize.ts'
import type { Call, Principal } from '../principal.ts'
import { findPlace, isPlaceType, PLATFORM, type Place, type PlaceType, type ScopeRef } from './place.ts'

const NOT_FOUND = {
  organization: 'organization-not-found',
  workspace: 'workspace-not-found',
  project: 'project-not-found',
  namespace: 'namespace-not-found',
  database: 'database-not-found',
} as const satisfies Record<Exclude<PlaceType, 'platform'>, ErrorCode>

function notFound(type: Exclude<PlaceType, 'platform'>) {
  return {
    code: NOT_FOUND[type],
    message: `There is no ${type} with this id, or it is not accessible.`,
  }
}

function placeTypeOf({ type, id }: ScopeRef): PlaceType {
  const fault = (path: string, message: string) =>
    new CroftError('invalid-input', `The scope’s ${path} ${message}.`, {
      fields: [{ path: `/scope/${path}`, message }],
    })
  if (!isPlaceType(type)) throw fault('type', `"${type}" holds nothing yet`)
  if ((id === null) !== (type === 'platform')) {
    throw fault('id', type === 'platform' ? 'must be left out for the platform' : 'is required')
  }
  return type
}

/** Throws the not-found of what lies at the scope unless the caller may see that. */
function authorizeSight(principal: Principal, type: Exclude<PlaceType, 'platform'>, place?: Place): Place {
  const missing = notFound(type)
  if (!place) throw new CroftError(missing.code, missing.message)
  const { organizationId, workspaceId, projectId, namespace, database, name } = place
  if (database && projectId !== null && workspaceId !== null) {
    const fields = { ...database, workspaceId, projectId, namespaceId: namespace?.id ?? null }
    return authorizeFound(principal, 'read', 'databases', place, () => fields, missing)
  }
  if (namespace?.target && workspaceId !== null) {
    const fields = { ...namespace.target, workspaceId }
    return authorizeFound(principal, 'read', 'deployment-targets', place, () => fields, missing)
  }
  if (projectId !== null && workspaceId !== null) {
    const fields = { id: projectId, workspaceId, name }
    return authorizeFound(principal, 'read', 'projects', place, () => fields, missing)
  }
  if (workspaceId !== null && organizationId !== null) {
    const fields = { id: workspaceId, organizationId, name }
    return authorizeFound(principal, 'read', 'workspaces', place, () => fields, missing)
  }
  const fields = { id: organizationId ?? '' }
  return authorizeFound(principal, 'read', 'organizations', place, () => fields, missing)
}

/**
 * The place that a scope names, if the caller may see who holds roles there (`read`), or give and take them. In a
 * workspace and all that it holds that is a matter of its `roles`, in an organization of its permissions, and at
 * the platform of its administrators. Throws the scope's not-found, `forbidden`, `invalid-input`. Whether the
 * caller has itself what it gives is asked by `assertMayGive`.
 */
export async function authorizeScope(
  db: Executor,
  { principal }: Call,
  action: 'read' | 'create' | 'delete',
  scope: ScopeRef,
): Promise<Place> {
  const type = placeTypeOf(scope)
  if (type === 'platform') {
    authorize(principal, 'manage', 'platform', {})
    return PLATFORM
  }
  const found = scope.id !== null && isUuid(scope.id) ? await findPlace(db, type, scope.id) : undefined
  const place = authorizeSight(principal, type, found)
  if (place.workspaceId !== null) {
    authorize(principal, action, 'roles', { workspaceId: place.workspaceId })
  } else if (action !== 'read') {
    authorize(principal, 'manage_permissions', 'organizations', { id: place.organizationId ?? '' })
  }
  if (place.gone && action === 'create') throw new CroftError(NOT_FOUND[type], notFound(type).message)
  return place
}
