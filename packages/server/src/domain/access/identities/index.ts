import type { Db } from '../../../platform/db/connect.ts'
import type { PageRequest } from '../../page.ts'
import type { Call } from '../principal.ts'
import { getIdentity } from './authorize-identities.ts'
import { createIdentity, type NewIdentity } from './create-identity.ts'
import { deleteIdentity } from './delete-identity.ts'
import type { IdentityKind } from './entities.ts'
import { exchangeSecret, type SecretExchange } from './exchange-secret.ts'
import { listIdentities } from './list-identities.ts'
import { type IdentityFilter, pageIdentities } from './page-identities.ts'
import { regenerateSecret } from './regenerate-secret.ts'
import { type IdentityChanges, updateIdentity } from './update-identity.ts'

export type { IdentityKind, IdentityWithSecret, ServiceIdentity } from './entities.ts'
export type { IdentityToken } from './exchange-secret.ts'

interface Which {
  readonly kind: IdentityKind
  readonly id: string
}

/** Service identities and key pairs of an organization, and what they log in with. */
export function identityUseCases(db: Db) {
  return {
    listIdentities: (call: Call, query: { kind: IdentityKind; organizationId: string; page: PageRequest }) =>
      listIdentities(db, call, query),
    pageIdentities: (call: Call, filter: IdentityFilter) => pageIdentities(db, call, filter),
    createIdentity: (call: Call, input: NewIdentity) => createIdentity(db, call, input),
    getIdentity: (call: Call, which: Which) => getIdentity(db, call, which),
    updateIdentity: (call: Call, input: Which & { changes: IdentityChanges }) =>
      updateIdentity(db, call, input),
    regenerateSecret: (call: Call, which: Which) => regenerateSecret(db, call, which),
    deleteIdentity: (call: Call, which: Which) => deleteIdentity(db, call, which),
    exchangeSecret: (given: SecretExchange) => exchangeSecret(db, given),
  }
}
