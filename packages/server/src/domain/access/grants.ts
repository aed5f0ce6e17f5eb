import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Grant } from './entities.ts'

/** Grants that were not revoked and still have a refresh token to live on. */
export function selectGrants(db: Executor) {
  return db
    .selectFrom('oauth_grants as grant')
    .innerJoin('oauth_applications as application', 'application.id', 'grant.application_id')
    .innerJoin('users', 'users.id', 'grant.user_id')
    .where('grant.revoked_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('refresh_tokens as refresh')
          .whereRef('refresh.grant_id', '=', 'grant.id')
          .where('refresh.rotated_at', 'is', null)
          .where('refresh.expires_at', '>', sql<Date>`now()`)
          .select('refresh.grant_id'),
      ),
    )
    .select([
      'grant.id',
      'grant.workspace_id',
      'grant.scopes',
      'grant.created_at',
      'grant.user_id',
      'users.email',
      'users.display_name',
      'application.client_id',
      'application.name as application_name',
      'application.created_at as application_created_at',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectGrants>['execute']>>[number]

export function toGrant(row: Row): Grant {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    scopes: row.scopes,
    application: {
      clientId: row.client_id,
      name: row.application_name,
      createdAt: row.application_created_at,
    },
    user: { id: row.user_id, email: row.email, displayName: row.display_name },
    createdAt: row.created_at,
  }
}
