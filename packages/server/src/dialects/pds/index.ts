import { ANONYMOUS, type Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type IdempotencyOptions, useIdempotency } from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { registerOperations } from '../register-operations.ts'
import type { OriginOf, PdsDeps } from './deps.ts'
import { serveDocument } from './document.ts'
import { ERRORS, renderError } from './errors.ts'
import { foldIds } from './fold-ids.ts'
import type { Operations, PdsContext } from './operation.ts'
import { refuseUnstorable } from './refuse-unstorable.ts'
import { requireCaller } from './require-caller.ts'
import { responsesOf } from './responses.ts'
import { accountOperations } from './routes/accounts/index.ts'
import { backupStorageOperations } from './routes/backup-storage/index.ts'
import { backupOperations } from './routes/backups/index.ts'
import { catalogueOperations } from './routes/catalogue/index.ts'
import { deploymentOperations } from './routes/deployments/index.ts'
import { iamOperations } from './routes/iam/index.ts'
import { identityOperations } from './routes/identities/index.ts'
import { openOperations, passwordOperations } from './routes/identities/open.ts'
import { targetOperations } from './routes/targets/index.ts'
import { templateOperations } from './routes/templates/index.ts'

export { DOCUMENT_PATH } from './document.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the dialect of Portworx Data Services; null on other routes. */
    pdsPrincipal: Principal | null
  }
}

/** Every operation that is offered, by the name that logs, metrics and the OpenAPI document use. */
export const OPERATIONS: Operations = {
  ...accountOperations,
  ...iamOperations,
  ...identityOperations,
  ...catalogueOperations,
  ...templateOperations,
  ...targetOperations,
  ...deploymentOperations,
  ...backupStorageOperations,
  ...backupOperations,
}

/** First segments below `/api` that are this API's. */
const SEGMENTS = [
  ...['account-role-invitations', 'accounts', 'application-configuration-templates', 'authorizer'],
  ...['backup-credentials', 'backup-jobs', 'backup-policies', 'backup-targets', 'backups'],
  ...['compatible-versions', 'copilot', 'data-services', 'db-tasks', 'default-templates'],
  ...['deployment-targets', 'deployments', 'global-role-bindings', 'images', 'metadata', 'namespaces', 'pds'],
  ...['projects', 'resource-settings-templates', 'restores', 'roles', 'service-accounts', 'service-identity'],
  ...[
    'storage-options-templates',
    'teams',
    'tenants',
    'user-api-key',
    'users',
    'version',
    'versions',
    'whoami',
  ],
]

/** By address, whatever account it tries; the domain slows down failures, this also what hashing passwords costs. */
const LOGINS = { perMinute: 30 }

export interface PdsOptions {
  readonly deps: PdsDeps
  readonly idempotency: Pick<IdempotencyOptions, 'db' | 'sealer'>
  readonly originOf: OriginOf
}

function readLocalOnly(value: string | string[] | undefined): boolean {
  if (value === undefined || value === 'false') return false
  if (value === 'true') return true
  throw new CroftError('invalid-input', 'The header Local-Only must be true or false.', {
    fields: [{ path: '/local-only', message: 'must be true or false' }],
  })
}

/** The API of Portworx Data Services, version 121. */
export function createPdsDialect({ deps, idempotency, originOf }: PdsOptions): Dialect {
  return {
    name: 'pds',
    basePaths: [...SEGMENTS.map((segment) => `/api/${segment}`), '/auth', '/service-identity'],
    errors: ERRORS,
    renderError,
    async register(scope) {
      scope.decorateRequest('pdsPrincipal', null)
      await serveDocument(scope)
      scope.addHook('preValidation', async (request) => {
        refuseUnstorable(request)
        foldIds(request)
      })
      const shared = {
        dialect: 'pds',
        deps,
        callOf: ({ pdsPrincipal, id }: { pdsPrincipal: Principal | null; id: string }) => ({
          principal: pdsPrincipal ?? ANONYMOUS,
          requestId: id,
        }),
        contextOf: (request: Parameters<OriginOf>[0]): PdsContext => ({
          localOnly: readLocalOnly(request.headers['local-only']),
          origin: originOf(request),
          address: request.ip,
          userAgent: request.headers['user-agent'],
        }),
        responsesOf,
      }
      registerOperations(scope, { ...shared, table: openOperations, open: true })
      await scope.register(async (guessable) => {
        guessable.addHook('onRequest', guessable.rateLimit('login', LOGINS))
        registerOperations(guessable, { ...shared, table: passwordOperations, open: true })
      })
      await scope.register(async (authenticated) => {
        authenticated.addHook('onRequest', async (request) => {
          request.pdsPrincipal = await requireCaller(deps.access, request)
        })
        useIdempotency(authenticated, {
          ...idempotency,
          principalOf: ({ pdsPrincipal: caller }) => (caller ? `${caller.type} ${caller.id}` : null),
        })
        registerOperations(authenticated, { ...shared, table: OPERATIONS })
      })
    },
  }
}
