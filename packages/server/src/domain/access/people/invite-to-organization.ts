import { sql } from 'kysely'
import { type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import { giveRole } from '../bindings/write-binding.ts'
import { checkLevel } from '../iam/check-level.ts'
import type { Call } from '../principal.ts'
import { newToken, TOKEN_PREFIXES } from '../token-format.ts'
import { checkEmail } from './check-email.ts'
import { type InvitationDeps, writeInvitation } from './create-invitation.ts'
import { selectOpenInvitations, stillGood } from './invitation.ts'

export interface OrganizationInvitation {
  readonly organizationId: string
  readonly email: string
  readonly role: string
}

/** One who has proved to have the address, or for whom an administrator has answered. */
async function findProven(tx: Tx, email: string) {
  return tx
    .selectFrom('users')
    .select(['id', 'email as name'])
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .where('email_unproven', '=', false)
    .forShare()
    .executeTakeFirst()
}

async function refuseMember(tx: Tx, userId: string, organizationId: string): Promise<void> {
  const held = await tx
    .selectFrom('role_bindings')
    .where('user_id', '=', userId)
    .where('scope_type', '=', 'organization')
    .where('scope_id', '=', organizationId)
    .select('id')
    .limit(1)
    .executeTakeFirst()
  if (held) throw new CroftError('role-held', 'The user is assigned to this account already.')
}

/** One invitation of an address at a time, whatever its role. Calls for the same address wait for each other. */
export async function refuseInvited(
  tx: Tx,
  { organizationId, email }: Pick<OrganizationInvitation, 'organizationId' | 'email'>,
): Promise<void> {
  const key = `croft.invitation ${organizationId} ${email.toLowerCase()}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx)
  const open = await selectOpenInvitations(tx)
    .where(stillGood)
    .where('scope_type', '=', 'organization')
    .where('scope_id', '=', organizationId)
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .limit(1)
    .executeTakeFirst()
  if (open) throw new CroftError('email-taken', 'This email is invited to the account already.')
}

/**
 * Gives a user with this email a role in the organization at once, and somebody else when that email first logs in,
 * within a week. Throws `organization-not-found`, `forbidden`, `role-held`, `email-taken`, `not-applicable` for a role of
 * another level, `invalid-input`.
 */
export async function inviteToOrganization(
  { db, sendsMail }: InvitationDeps,
  call: Call,
  input: OrganizationInvitation,
): Promise<void> {
  const { organizationId } = input
  const email = checkEmail(input.email)
  const scope = { type: 'organization', id: organizationId } as const
  await transact(db, async (tx) => {
    const place = await authorizeScope(tx, call, 'create', scope)
    const role = checkLevel(input.role, scope.type)
    assertMayGive(call.principal, role, place)
    const user = await findProven(tx, email)
    if (user) {
      await refuseMember(tx, user.id, organizationId)
      await giveRole(tx, call, { holder: { type: 'user', ...user }, role, scope, place })
      return
    }
    await refuseInvited(tx, { organizationId, email })
    const token = newToken(TOKEN_PREFIXES.invitation)
    const wanted = { email, role, scope }
    await writeInvitation(tx, { sendsMail }, call, { place, wanted, token, atLogin: true })
  })
}
