import type pg from 'pg'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { PageRequest } from '../page.ts'
import { addRedirectUri } from './add-redirect-uri.ts'
import { findClient } from './applications.ts'
import { authenticate, type Credentials } from './authenticate.ts'
import { authenticateClient, type ClientCredentials } from './authenticate-client.ts'
import { createAuthenticatePassword } from './authenticate-password.ts'
import { authenticateSession } from './authenticate-session.ts'
import { bindingUseCases } from './bindings/index.ts'
import { createApplication, type NewApplication } from './create-application.ts'
import { createServiceToken, type NewServiceToken } from './create-service-token.ts'
import { createUserToken } from './create-user-token.ts'
import { deleteApplication } from './delete-application.ts'
import { ensureAdministrator } from './ensure-administrator.ts'
import { type CodeExchange, exchangeCode } from './exchange-code.ts'
import { createFindToken } from './find-token.ts'
import { getGrant } from './get-grant.ts'
import { type Consent, grantConsent } from './grant-consent.ts'
import { iamUseCases } from './iam/index.ts'
import { identityUseCases } from './identities/index.ts'
import { createFindApiKey } from './keys/find-api-key.ts'
import { apiKeyUseCases } from './keys/index.ts'
import { listApplications } from './list-applications.ts'
import { listConsentWorkspaces } from './list-consent-workspaces.ts'
import { listGrants } from './list-grants.ts'
import { listServiceTokens } from './list-service-tokens.ts'
import { type Login, login } from './login.ts'
import { logout } from './logout.ts'
import type { Call, Principal } from './principal.ts'
import { purgeExpired } from './purge-expired.ts'
import { type Refresh, refreshGrant } from './refresh-grant.ts'
import { type GrantToRevoke, revokeGrant } from './revoke-grant.ts'
import { revokeServiceToken } from './revoke-service-token.ts'
import { getSecurity } from './security/get-security.ts'
import { listWorkspaceRoles } from './security/list-workspace-roles.ts'
import { putSecurity } from './security/put-security.ts'
import type { WorkspaceSecurity } from './security/security.ts'
import { serviceAccountUseCases } from './service-accounts/index.ts'
import { setPassword } from './set-password.ts'
import { listShares } from './sharing/list-shares.ts'
import { type NewShare, shareWorkspace, unshareWorkspace } from './sharing/share-workspace.ts'
import { signInUseCases } from './sign-in/index.ts'
import { createTokenUsage } from './token-usage.ts'
import { userKeyUseCases } from './user-keys/index.ts'

export type { Credentials } from './authenticate.ts'
export type { ClientCredentials } from './authenticate-client.ts'
export * from './authorize.ts'
export { authorizeWorkspace } from './authorize-workspace.ts'
export {
  assertAdministratorLeft,
  assertMayGive,
  authorizeScope,
  checkRole,
  type HolderRef,
  type RoleBinding,
  type RoleDescription,
  type ScopeRef,
} from './bindings/index.ts'
export { checkName } from './check-name.ts'
export * from './entities.ts'
export { type ActorRef, type IamRecord, POLICY_LEVELS, type Policy, type PolicyLevel } from './iam/index.ts'
export type {
  IdentityKind,
  IdentityToken,
  IdentityWithSecret,
  ServiceIdentity,
} from './identities/index.ts'
export { insertServiceAccount } from './insert-service-account.ts'
export type { IssuedTokens } from './issue-tokens.ts'
export { type ApiKey, EMITTED_TOPIC, KEY_SUBJECTS, type RuleInput, type StoredRule } from './keys/index.ts'
export { SESSION_SECONDS } from './login.ts'
export { madeBefore } from './made-before.ts'
export * from './oauth-error.ts'
export * from './people/index.ts'
export { isChallenge } from './pkce.ts'
export * from './principal.ts'
export { matchesRedirectUri } from './redirect-uri.ts'
export { type Refusal, refusalBehind } from './refusal.ts'
export { requireWorkspace } from './require-workspace.ts'
export { isAllowed, mayEver } from './rules/ability.ts'
export type { Binding, Scope } from './rules/binding.ts'
export { type Columns, filterOf } from './rules/filter.ts'
export { isRoleName, ROLE_NAMES, ROLES, type RoleName } from './rules/roles.ts'
export type { Action, Level, SubjectName, Subjects } from './rules/subjects.ts'
export { ACTIONS } from './rules/subjects.ts'
export { parseScopes } from './scopes.ts'
export type { WorkspaceSecurity } from './security/security.ts'
export type { ServiceAccount } from './service-accounts/index.ts'
export type { Share } from './sharing/share.ts'
export { SIGN_IN_CLIENT_ID, type SignedIn, signsIn } from './sign-in/index.ts'
export { mayBeBearer } from './token-format.ts'
export type { UserKey } from './user-keys/index.ts'

export interface AccessDeps {
  readonly db: Db
  /** Of the same database; for the one statement that every request needs. */
  readonly pool: Pick<pg.Pool, 'query'>
  readonly log: Pick<Logger, 'warn'>
  /** For secrets that must be read again: of second factors and of keys. */
  readonly sealer: Sealer
}

interface InWorkspace {
  readonly workspaceId: string
  readonly page: PageRequest
}

/** Who may do what: tokens, logins, OAuth consents and the applications that ask for them. */
export function createAccess({ db, pool, log, sealer }: AccessDeps) {
  const find = createFindToken(db, pool)
  const findKey = createFindApiKey(db, pool)
  const usage = createTokenUsage(db, log)
  const asking = { db, find, findKey, usage }
  return {
    /** Who sends a request with these. */
    authenticateRequest: (credentials: Credentials) => authenticate(asking, credentials),
    authenticate: (bearer: string) => authenticate(asking, { bearer }),

    ...apiKeyUseCases({ db, sealer }),
    getSecurity: (call: Call, workspaceId: string) => getSecurity(db, call, workspaceId),
    putSecurity: (call: Call, input: { workspaceId: string; security: WorkspaceSecurity }) =>
      putSecurity(db, call, input),
    listWorkspaceRoles: (call: Call, workspaceId: string) => listWorkspaceRoles(db, call, workspaceId),
    listShares: (call: Call, workspaceId: string) => listShares(db, call, workspaceId),
    shareWorkspace: (call: Call, input: NewShare) => shareWorkspace(db, call, input),
    unshareWorkspace: (call: Call, input: { workspaceId: string; userId: string }) =>
      unshareWorkspace(db, call, input),
    ...bindingUseCases(db),
    ...iamUseCases(db),
    ...identityUseCases(db),
    ...userKeyUseCases({ db, sealer }),
    ...serviceAccountUseCases({ db, sealer }),
    ...signInUseCases({ db, sealer }),

    listServiceTokens: (call: Call, query: InWorkspace) => listServiceTokens(db, call, query),
    createServiceToken: (call: Call, input: NewServiceToken) => createServiceToken(db, call, input),
    revokeServiceToken: (call: Call, token: { workspaceId: string; id: string }) =>
      revokeServiceToken(db, call, token),

    listGrants: (call: Call, query: InWorkspace) => listGrants(db, call, query),
    getGrant: (call: Call, id: string) => getGrant(db, call, id),
    revokeGrant: (call: Call, which: GrantToRevoke) => revokeGrant(db, call, which),

    listApplications: (call: Call, query: { page: PageRequest }) => listApplications(db, call, query),
    createApplication: (call: Call, input: NewApplication) => createApplication(db, call, input),
    addRedirectUri: (to: { clientId: string; redirectUri: string }) => addRedirectUri(db, to),
    deleteApplication: (call: Call, id: string) => deleteApplication(db, call, id),

    createUserToken: (call: Call, input: { userId: string; name: string }) =>
      createUserToken(db, call, input),
    ensureAdministrator: (call: Call, admin: { email: string; password: string }) =>
      ensureAdministrator(db, call, admin),
    setPassword: (call: Call, user: { email: string; password: string }) => setPassword(db, call, user),

    login: (given: Login) => login({ db, sealer }, given),
    logout: (call: Call, session: string) => logout(db, call, session),
    /** Who comes with an email and a password in every request. */
    authenticatePassword: createAuthenticatePassword(db),
    authenticateSession: (session: string) => authenticateSession(db, session),

    findClient: (clientId: string) => findClient(db, clientId),
    authenticateClient: (given: ClientCredentials & { readonly address: string }) =>
      authenticateClient(db, given),
    listConsentWorkspaces: (user: Principal) => listConsentWorkspaces(db, user),
    grantConsent: (call: Call, consent: Consent) => grantConsent(db, call, consent),
    exchangeCode: (exchange: CodeExchange) => exchangeCode(db, exchange),
    refreshGrant: (refresh: Refresh) => refreshGrant(db, refresh),

    purgeExpired: () => purgeExpired(db),
    /** Writes when tokens were last used; call it before the database connection closes. */
    close: () => usage.flush(),
  }
}
export type Access = ReturnType<typeof createAccess>
