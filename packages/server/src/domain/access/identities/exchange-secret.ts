import { timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { countAttempt } from '../login-attempts.ts'
import { ANONYMOUS, type Principal } from '../principal.ts'
import { hashToken, newToken } from '../token-hash.ts'
import type { IdentityKind } from './entities.ts'

export interface SecretExchange {
  readonly kind: IdentityKind
  readonly clientId: string
  readonly secret: string
  /** Where the request came from. */
  readonly address: string
  readonly requestId: string
}

export interface IdentityToken {
  readonly identityId: string
  readonly token: string
  /** Life of the token, in seconds. */
  readonly expiresIn: number
}

/** An hour as Portworx' API has it, half of one as App Services has it. */
const SECONDS: Readonly<Record<IdentityKind, number>> = { identity: 3600, 'key-pair': 1800 }
const NOBODY = Buffer.alloc(32)

function findIdentity(db: Db, { kind, clientId }: SecretExchange) {
  // PostgreSQL refuses some of them with an error, and no client has any.
  if (!/^[\w-]{1,64}$/.test(clientId)) return undefined
  return db
    .selectFrom('service_identities')
    .select(['id', 'name', 'secret_hash', 'disabled_at'])
    .where('client_id', '=', clientId)
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

const principalOf = ({ id, name }: { id: string; name: string }): Principal => ({
  ...ANONYMOUS,
  type: 'identity',
  id,
  name,
})

/**
 * A token of a service identity or a key pair for its secret. Only failures are counted, since no number of tries
 * finds a random secret; so nobody keeps a program out by failing in its name, and a hundred jobs may log in at
 * once. Throws `not-authenticated`, the same for all that may be wrong, and `rate-limited` after many failures.
 */
export async function exchangeSecret(db: Db, given: SecretExchange): Promise<IdentityToken> {
  const found = await findIdentity(db, given)
  const right = timingSafeEqual(found?.secret_hash ?? NOBODY, hashToken(given.secret))
  if (!found || !right || found.disabled_at !== null) return refuse(db, given, found)
  const { requestId } = given
  const token = newToken('croft_identity_')
  const expiresIn = SECONDS[given.kind]
  await transact(db, async (tx) => {
    // Locked: a secret that is replaced at this moment must not leave a token behind.
    const still = await tx
      .updateTable('service_identities')
      .set({ last_used_at: sql<Date>`now()` })
      .where('id', '=', found.id)
      .where('secret_hash', '=', found.secret_hash)
      .where('disabled_at', 'is', null)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!still) throw wrong()
    await tx
      .insertInto('access_tokens')
      .values({
        id: newId(),
        kind: 'identity',
        token_hash: hashToken(token),
        hint: token.slice(-4),
        identity_id: found.id,
        expires_at: sql<Date>`now() + make_interval(secs => ${expiresIn})`,
      })
      .execute()
    await recordEvent(
      tx,
      { principal: principalOf(found), requestId },
      { workspaceId: null, action: `${given.kind}.logged-in`, subjectType: given.kind, subjectId: found.id },
    )
  })
  return { identityId: found.id, token, expiresIn }
}

const wrong = () =>
  new CroftError(
    'not-authenticated',
    'The client id or the secret is wrong, or the identity is switched off.',
  )

async function refuse(
  db: Db,
  { kind, clientId, address, requestId }: SecretExchange,
  found: { readonly id: string; readonly name: string } | undefined,
): Promise<never> {
  await countAttempt(db, `client:${clientId}`, address)
  if (found) {
    await transact(db, (tx) =>
      recordEvent(
        tx,
        { principal: principalOf(found), requestId },
        {
          workspaceId: null,
          action: `${kind}.login-refused`,
          subjectType: kind,
          subjectId: found.id,
          after: { address },
        },
      ),
    )
  }
  throw wrong()
}
