import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { addJob } from '../../../platform/queue/index.ts'
import { recordEvent } from '../../events/index.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import { checkRole } from '../bindings/create-binding.ts'
import type { Place, ScopeRef } from '../bindings/place.ts'
import type { Call } from '../principal.ts'
import { newToken, TOKEN_PREFIXES } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'
import { checkEmail } from './check-email.ts'
import { type Invitation, selectOpenInvitations, toInvitation } from './invitation.ts'
import { MAIL_ATTEMPTS, MAIL_JOB, type MailPayload } from './mail-job.ts'

const INVITATION_SECONDS = 7 * 86_400

export interface NewInvitation {
  readonly email: string
  readonly role: string
  readonly scope: ScopeRef
}

export interface InvitationDeps {
  readonly db: Db
  readonly sendsMail: boolean
}

async function refuseHolder(tx: Tx, { email, role, scope }: NewInvitation): Promise<void> {
  const held = await tx
    .selectFrom('role_bindings')
    .innerJoin('users', 'users.id', 'role_bindings.user_id')
    .where((eb) => eb(eb.fn<string>('lower', ['users.email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .where('role', '=', role)
    .where('scope_type', '=', scope.type)
    .where('scope_id', 'is not distinct from', scope.id)
    .select('role_bindings.id')
    .executeTakeFirst()
  if (held) throw new CroftError('role-held', `${email} has the role ${role} there already.`)
}

/** Writes the invitation, or makes the open one to the same role there good for another week. Answers its id. */
async function write(
  tx: Tx,
  call: Call,
  input: NewInvitation,
  { token, atLogin }: { token: string; atLogin: boolean },
): Promise<string> {
  const expires = sql<Date>`now() + make_interval(secs => ${INVITATION_SECONDS})`
  const inserted = await tx
    .insertInto('invitations')
    .values({
      id: call.resourceId ?? newId(),
      email: input.email,
      role: input.role,
      scope_type: input.scope.type,
      scope_id: input.scope.id,
      invited_by: call.principal.userId,
      token_hash: hashToken(token),
      expires_at: expires,
      at_login: atLogin,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted) return inserted.id
  const { id } = await tx
    .updateTable('invitations')
    .set({ token_hash: hashToken(token), expires_at: expires, invited_by: call.principal.userId })
    .$if(atLogin, (query) => query.set({ at_login: true }))
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(input.email)])))
    .where('role', '=', input.role)
    .where('scope_type', '=', input.scope.type)
    .where('scope_id', 'is not distinct from', input.scope.id)
    .where('accepted_at', 'is', null)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirstOrThrow(() => new CroftError('role-held', 'The invitation was accepted meanwhile.'))
  return id
}

/**
 * Writes an invitation that was authorized before, and mails it where that is possible. With `atLogin` it needs no
 * link. Answers its id.
 */
export async function writeInvitation(
  tx: Tx,
  { sendsMail }: Pick<InvitationDeps, 'sendsMail'>,
  call: Call,
  { place, wanted, ...how }: { place: Place; wanted: NewInvitation; token: string; atLogin: boolean },
): Promise<string> {
  const id = await write(tx, call, wanted, how)
  if (sendsMail) {
    const payload: MailPayload = { kind: 'invitation', invitationId: id }
    await addJob(tx, MAIL_JOB, payload, { key: `invitation:${id}`, maxAttempts: MAIL_ATTEMPTS })
  }
  await recordEvent(tx, call, {
    workspaceId: place.workspaceId,
    action: 'invitation.created',
    subjectType: 'invitation',
    subjectId: id,
    after: { ...wanted },
  })
  return id
}

/**
 * Invites somebody, who may not be a user yet, to a role. The token goes out by mail and `token` is null, or, where no
 * mail server is set, it is for the inviter to pass on, and not shown again. Inviting again makes a new one, and the
 * old one ends. Throws `role-held`, `invalid-input`, `forbidden`, the scope's not-found.
 */
export async function createInvitation(
  { db, sendsMail }: InvitationDeps,
  call: Call,
  input: NewInvitation,
): Promise<Invitation & { readonly token: string | null }> {
  const role = checkRole(input.role, input.scope)
  const email = checkEmail(input.email)
  const token = newToken(TOKEN_PREFIXES.invitation)
  return transact(db, async (tx) => {
    const place = await authorizeScope(tx, call, 'create', input.scope)
    assertMayGive(call.principal, role, place)
    const wanted = { email, role, scope: input.scope }
    await refuseHolder(tx, wanted)
    const id = await writeInvitation(tx, { sendsMail }, call, { place, wanted, token, atLogin: false })
    const row = await selectOpenInvitations(tx).where('id', '=', id).executeTakeFirstOrThrow()
    // What nobody was told cannot be used: the mail has a token of its own.
    return { ...toInvitation(row), token: sendsMail ? null : token }
  })
}
