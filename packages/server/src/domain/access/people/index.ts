import type { Logger } from 'pino'
import type { Db } from '../../../platform/db/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Provider } from '../../../platform/oidc/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import type { PageRequest } from '../../page.ts'
import type { ScopeRef } from '../bindings/place.ts'
import type { Call, Principal } from '../principal.ts'
import { type Acceptance, acceptInvitation } from './accept-invitation.ts'
import { beginOidcLogin } from './begin-oidc-login.ts'
import { beginSecondFactor } from './begin-second-factor.ts'
import { changeInvitation } from './change-invitation.ts'
import { changePassword } from './change-password.ts'
import type { Confirmation } from './confirm-password.ts'
import { confirmSecondFactor } from './confirm-second-factor.ts'
import { createInvitation, type NewInvitation } from './create-invitation.ts'
import { createPasswordReset } from './create-password-reset.ts'
import { createUser, type NewUser } from './create-user.ts'
import { deleteInvitation } from './delete-invitation.ts'
import { disableSecondFactor, removeSecondFactor } from './disable-second-factor.ts'
import { endOtherSessions, endSession } from './end-sessions.ts'
import { findInvitation } from './find-invitation.ts'
import { finishOidcLogin, type OidcReturn } from './finish-oidc-login.ts'
import { getUser } from './get-user.ts'
import { inviteToOrganization, type OrganizationInvitation } from './invite-to-organization.ts'
import { listInvitations } from './list-invitations.ts'
import { getSession, listSessions } from './list-sessions.ts'
import { listUsers } from './list-users.ts'
import { sendMail } from './mail-job.ts'
import { type InvitationFilter, pageInvitations } from './page-invitations.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword } from './reset-password.ts'
import { type UserChanges, updateUser } from './update-user.ts'

export type { FoundInvitation } from './find-invitation.ts'
export { getUser } from './get-user.ts'
export { describePlace, type Invitation } from './invitation.ts'
export { isMemberOf } from './known-users.ts'
export type { Session } from './list-sessions.ts'
export { MAIL_JOB } from './mail-job.ts'
export type { User } from './user.ts'

export interface PeopleDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly log: Pick<Logger, 'warn'>
  /** How mail goes out, and what its links begin with; null where no mail server is set. */
  readonly mail: { readonly mailer: Mailer; readonly origin: string } | null
  /** Where else people may log in; null for nowhere. */
  readonly provider: Provider | null
}

/** Users, and how they come in: sessions, passwords, second factors, other providers and invitations. */
export function createPeople({ db, sealer, log, mail, provider }: PeopleDeps) {
  const sealing = { db, sealer }
  const mailing = { db, sealer, sendsMail: mail !== null }
  const oidc = { db, sealer, provider }
  return {
    listUsers: (call: Call, query: { page: PageRequest; email?: string | undefined }) =>
      listUsers(db, call, query),
    getUser: (call: Call, id: string) => getUser(db, call, id),
    createUser: (call: Call, input: NewUser) => createUser(db, call, input),
    updateUser: (call: Call, id: string, changes: UserChanges) => updateUser(db, call, id, changes),
    createPasswordReset: (call: Call, userId: string) => createPasswordReset(db, call, userId),
    removeSecondFactor: (call: Call, userId: string) => removeSecondFactor(db, call, userId),

    getSession: (call: Call) => getSession(db, call),
    listSessions: (call: Call, query: { page: PageRequest }) => listSessions(db, call, query),
    endSession: (call: Call, id: string) => endSession(db, call, id),
    endOtherSessions: (call: Call) => endOtherSessions(db, call),

    changePassword: (call: Call, input: Confirmation & { readonly newPassword: string }) =>
      changePassword(db, call, input),
    requestPasswordReset: (given: { email: string; address: string }) => requestPasswordReset(mailing, given),
    resetPassword: (given: { token: string; password: string; requestId: string }) =>
      resetPassword(db, given),

    beginSecondFactor: (call: Call, confirmation: Confirmation) =>
      beginSecondFactor(sealing, call, confirmation),
    confirmSecondFactor: (call: Call, given: { code: string; address: string }) =>
      confirmSecondFactor(sealing, call, given),
    disableSecondFactor: (call: Call, given: Confirmation & { readonly code: string }) =>
      disableSecondFactor(sealing, call, given),

    listInvitations: (call: Call, query: { scope: ScopeRef; page: PageRequest }) =>
      listInvitations(db, call, query),
    createInvitation: (call: Call, input: NewInvitation) => createInvitation(mailing, call, input),
    deleteInvitation: (call: Call, id: string) => deleteInvitation(db, call, id),
    inviteToOrganization: (call: Call, input: OrganizationInvitation) =>
      inviteToOrganization(mailing, call, input),
    pageInvitations: (call: Call, filter: InvitationFilter) => pageInvitations(db, call, filter),
    changeInvitation: (call: Call, id: string, wanted: { role: string }) =>
      changeInvitation(db, call, id, wanted),
    findInvitation: (token: string) => findInvitation(db, token),
    acceptInvitation: (visitor: Principal | null, given: Acceptance) =>
      acceptInvitation(mailing, visitor, given),

    /** Whether people may log in at another provider. */
    hasProvider: provider !== null,
    beginOidcLogin: (given: { redirectUri: string; returnTo: string }) => beginOidcLogin(oidc, given),
    finishOidcLogin: (given: OidcReturn) => finishOidcLogin(oidc, given),

    /** The job `MAIL_JOB`. Without a mail server nothing is sent, and nothing waits for one. */
    async sendMail(payload: unknown, jobId: string): Promise<void> {
      if (mail) await sendMail({ db, log, ...mail }, payload, jobId)
    },
  }
}
export type People = ReturnType<typeof createPeople>
