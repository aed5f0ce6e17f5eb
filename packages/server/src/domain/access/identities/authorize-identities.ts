import type { Executor } from '../../../platform/db/connect.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { authorizeFound } from '../authorize.ts'
import type { Call } from '../principal.ts'
import { refusing } from '../refusal.ts'
import { isAllowed } from '../rules/ability.ts'
import type { IdentityKind, ServiceIdentity } from './entities.ts'
import { selectIdentities, toIdentity } from './select-identities.ts'

const ORGANIZATION_NOT_FOUND = {
  code: 'organization-not-found',
  message: 'There is no organization with this id, or it is not accessible.',
} as const

const TITLES = { identity: 'service identity', 'key-pair': 'key pair' } as const

export const identityNotFound = (kind: IdentityKind) =>
  new CroftError('identity-not-found', `There is no ${TITLES[kind]} with this id, or it is not accessible.`)

/** Whoever decides about an organization's permissions has to do with its identities, and nobody else. */
export async function authorizeIdentities(db: Executor, { principal }: Call, organizationId: string) {
  const row = isUuid(organizationId)
    ? await db.selectFrom('organizations').select('id').where('id', '=', organizationId).executeTakeFirst()
    : undefined
  authorizeFound(
    principal,
    'manage_permissions',
    'organizations',
    row,
    ({ id }) => ({ id }),
    ORGANIZATION_NOT_FOUND,
  )
}

/** What a program made would stay when the program is found out; so a person has to stand behind each. */
export function assertNoIdentity({ principal }: Call): void {
  if (principal.type !== 'identity') return
  const error = new CroftError('forbidden', 'A service identity cannot make credentials of its kind.', {
    hint: 'Make it as a user.',
  })
  throw refusing(error, {
    principal,
    action: 'create',
    subjectType: 'identity',
    subjectId: null,
    workspaceId: null,
  })
}

/** The identity, for who may decide about it. Throws `identity-not-found`, `forbidden`. */
export async function getIdentity(
  db: Executor,
  { principal }: Call,
  { kind, id }: { kind: IdentityKind; id: string },
): Promise<ServiceIdentity> {
  const row = isUuid(id)
    ? await selectIdentities(db, kind).where('id', '=', id).executeTakeFirst()
    : undefined
  const missing = identityNotFound(kind)
  if (!row || !isAllowed(principal, 'read', 'organizations', { id: row.organization_id })) throw missing
  const fields = { id: row.organization_id }
  return toIdentity(
    authorizeFound(principal, 'manage_permissions', 'organizations', row, () => fields, missing),
  )
}
