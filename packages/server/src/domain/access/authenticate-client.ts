import { timingSafeEqual } from 'node:crypto'
import type { Db } from '../../platform/db/connect.ts'
import { findClient } from './applications.ts'
import type { OAuthApplication } from './entities.ts'
import { countAttempt } from './login-attempts.ts'
import { OAuthError } from './oauth-error.ts'
import { hashToken } from './token-hash.ts'

/** What a client says of itself at the token endpoint; an empty secret is none. */
export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string | undefined
}

async function findSecretHash(db: Db, id: string): Promise<Buffer | null> {
  const row = await db
    .selectFrom('oauth_applications')
    .select('client_secret_hash')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.client_secret_hash ?? null
}

/**
 * The client, when its secret is right or it is public and sends none. Only wrong secrets are counted, so nobody keeps
 * an application out by guessing in its name. Throws `invalid_client`, `rate-limited` after many.
 */
export async function authenticateClient(
  db: Db,
  { address, ...given }: ClientCredentials & { readonly address: string },
): Promise<OAuthApplication> {
  const client = await findClient(db, given.clientId)
  if (!client) throw new OAuthError('invalid_client', 'The client is unknown.')
  const hash = client.confidential ? await findSecretHash(db, client.id) : null
  const right =
    hash === null
      ? !client.confidential && !given.clientSecret
      : timingSafeEqual(hash, hashToken(given.clientSecret ?? ''))
  if (right) return client
  if (given.clientSecret) await countAttempt(db, `application:${client.id}`, address)
  throw new OAuthError('invalid_client', 'The client secret is wrong or missing.')
}
