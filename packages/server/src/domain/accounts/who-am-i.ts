import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import type { Actor } from './entities.ts'

/**
 * Who calls. What acts for a user is that user; a key of a workspace is a service account of it. Throws
 * `not-authenticated` for whoever is none of these.
 */
export async function whoAmI(db: Executor, { principal }: Call): Promise<Actor> {
  const { type, userId, tokenId, id } = principal
  if (userId !== null) {
    const user = await db
      .selectFrom('users')
      .where('id', '=', userId)
      .select(['id', 'email', 'created_at as createdAt'])
      .executeTakeFirst()
    if (user) return { type: 'user', ...user }
  }
  if (type === 'identity') {
    const identity = await db
      .selectFrom('service_identities')
      .where('id', '=', id)
      .select(['id', 'name', 'organization_id as organizationId', 'created_at as createdAt'])
      .select('updated_at as updatedAt')
      .executeTakeFirst()
    if (identity) return { type: 'service-identity', ...identity }
  }
  if (tokenId !== null) {
    const token = await db
      .selectFrom('access_tokens')
      .where('id', '=', tokenId)
      .select(['id', 'name', 'workspace_id as workspaceId', 'created_at as createdAt'])
      .select('updated_at as updatedAt')
      .executeTakeFirst()
    const workspaceId = token?.workspaceId
    if (token && workspaceId) {
      return { type: 'service-account', ...token, name: token.name ?? '', workspaceId }
    }
  }
  throw new CroftError('not-authenticated', 'The request names nobody.')
}
