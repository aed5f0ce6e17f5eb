import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { toApplication } from './applications.ts'
import { authorize } from './authorize.ts'
import { bareId } from './bare-id.ts'
import { checkName } from './check-name.ts'
import type { OAuthApplication } from './entities.ts'
import type { Call } from './principal.ts'
import { redirectUriFault } from './redirect-uri.ts'
import { hashToken, newToken } from './token-hash.ts'

export interface NewApplication {
  readonly name: string
  readonly redirectUris: readonly string[]
  /** Whether it can keep a secret, as a web server can; it gets one then. */
  readonly confidential: boolean
}

const MOST_REDIRECT_URIS = 20

function checkRedirectUris(uris: readonly string[]): string[] {
  const distinct = [...new Set(uris)]
  if (distinct.length === 0 || distinct.length > MOST_REDIRECT_URIS) {
    const message = `must be between 1 and ${MOST_REDIRECT_URIS}`
    throw new CroftError('invalid-input', `The redirect URIs ${message}.`, {
      fields: [{ path: '/redirectUris', message }],
    })
  }
  const fields = uris.flatMap((uri, index) => {
    const message = redirectUriFault(uri)
    return message === null ? [] : [{ path: `/redirectUris/${index}`, message }]
  })
  const [first] = fields
  if (first) throw new CroftError('invalid-input', `A redirect URI ${first.message}.`, { fields })
  return distinct
}

/**
 * Registers an application that may ask users for consent. Its `clientSecret` is not shown again; null for a
 * public one. For platform administrators. Throws `forbidden`, `invalid-input`.
 */
export async function createApplication(
  db: Db,
  call: Call,
  input: NewApplication,
): Promise<OAuthApplication & { readonly clientSecret: string | null }> {
  authorize(call.principal, 'create', 'platform', {})
  const name = checkName(input.name)
  const redirectUris = checkRedirectUris(input.redirectUris)
  const { resourceId: id = newId() } = call
  const clientSecret = input.confidential ? newToken('croft_secret_') : null
  const row = await transact(db, async (tx) => {
    const inserted = await tx
      .insertInto('oauth_applications')
      .values({
        id,
        client_id: bareId(id),
        client_secret_hash: clientSecret === null ? null : hashToken(clientSecret),
        name,
        redirect_uris: redirectUris,
      })
      // Made by an earlier try whose answer was lost: its secret is nobody's, and this one takes its place.
      .onConflict((made) =>
        made
          .column('id')
          .doUpdateSet({ client_secret_hash: clientSecret === null ? null : hashToken(clientSecret) })
          .where('oauth_applications.deleted_at', 'is', null),
      )
      .returningAll()
      .executeTakeFirst()
    if (!inserted) {
      throw new CroftError('application-not-found', 'The application that this call made was deleted since.')
    }
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'application.created',
      subjectType: 'application',
      subjectId: id,
      after: { name, redirectUris, confidential: input.confidential },
    })
    return inserted
  })
  return { ...toApplication(row), clientSecret }
}
