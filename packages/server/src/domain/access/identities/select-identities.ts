import type { Selectable } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { ServiceIdentitiesTable } from '../../../platform/db/tables.ts'
import type { IdentityKind, ServiceIdentity } from './entities.ts'

/** Those of a kind that were not deleted. */
export function selectIdentities(db: Executor, kind: IdentityKind) {
  return db
    .selectFrom('service_identities')
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
    .select(['id', 'organization_id', 'kind', 'name', 'client_id', 'secret_generation', 'secret_changed_at'])
    .select(['created_by', 'created_at', 'disabled_at', 'last_used_at', 'description', 'updated_at'])
}

export function toIdentity(
  row: Omit<Selectable<ServiceIdentitiesTable>, 'secret_hash' | 'deleted_at'>,
): ServiceIdentity {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    name: row.name,
    description: row.description,
    clientId: row.client_id,
    enabled: row.disabled_at === null,
    secretGeneration: row.secret_generation,
    secretChangedAt: row.secret_changed_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastUsedAt: row.last_used_at,
  }
}
