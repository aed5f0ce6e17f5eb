import { type IdempotencyOptions, useIdempotency } from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { requirePrincipal } from '../read-credentials.ts'
import { type OperationTable, registerOperations } from '../register-operations.ts'
import { registerCreateDb } from './create-db/index.ts'
import type { PrismaDeps } from './deps.ts'
import { serveDocument } from './document.ts'
import { ERRORS } from './errors.ts'
import { createLinks, type OriginOf } from './links.ts'
import type { Operation } from './operation.ts'
import { registerRefused } from './register-refused.ts'
import { callerOf, stateOf } from './request-state.ts'
import { responsesOf } from './responses.ts'
import { listBackups } from './routes/backups.ts'
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from './routes/branches.ts'
import {
  createConnection,
  createDatabaseConnection,
  deleteConnection,
  getConnection,
  listConnections,
  listDatabaseConnections,
  rotateConnection,
} from './routes/connections.ts'
import {
  createDatabase,
  createProjectDatabase,
  deleteDatabase,
  getDatabase,
  listDatabases,
  listProjectDatabases,
  restoreDatabase,
  updateDatabase,
} from './routes/databases.ts'
import {
  deleteIntegration,
  deleteWorkspaceIntegration,
  getIntegration,
  listIntegrations,
  listWorkspaceIntegrations,
} from './routes/integrations.ts'
import { getMe } from './routes/me.ts'
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  transferProject,
  updateProject,
} from './routes/projects.ts'
import { listAccelerateRegions, listPostgresRegions, listRegions } from './routes/regions.ts'
import { createServiceToken, deleteServiceToken, listServiceTokens } from './routes/service-tokens.ts'
import { getUsage } from './routes/usage.ts'
import { createWorkspace, getSubscription, getWorkspace, listWorkspaces } from './routes/workspaces.ts'
import { tellError } from './tell-error.ts'

export type { PrismaDeps } from './deps.ts'
export { DOCUMENT_PATH } from './document.ts'
export type { OriginOf } from './links.ts'

/** Every operation that is offered, by the name that logs, metrics and the OpenAPI document use. */
export const OPERATIONS = {
  getMe: ['GET', '/v1/me', getMe],

  listWorkspaces: ['GET', '/v1/workspaces', listWorkspaces],
  createWorkspace: ['POST', '/v1/workspaces', createWorkspace],
  getWorkspace: ['GET', '/v1/workspaces/{id}', getWorkspace],
  getSubscription: ['GET', '/v1/workspaces/{id}/subscription', getSubscription],

  listServiceTokens: ['GET', '/v1/workspaces/{workspaceId}/service-tokens', listServiceTokens],
  createServiceToken: ['POST', '/v1/workspaces/{workspaceId}/service-tokens', createServiceToken],
  deleteServiceToken: [
    'DELETE',
    '/v1/workspaces/{workspaceId}/service-tokens/{serviceTokenId}',
    deleteServiceToken,
  ],

  listWorkspaceIntegrations: ['GET', '/v1/workspaces/{workspaceId}/integrations', listWorkspaceIntegrations],
  deleteWorkspaceIntegration: [
    'DELETE',
    '/v1/workspaces/{workspaceId}/integrations/{clientId}',
    deleteWorkspaceIntegration,
  ],
  listIntegrations: ['GET', '/v1/integrations', listIntegrations],
  getIntegration: ['GET', '/v1/integrations/{id}', getIntegration],
  deleteIntegration: ['DELETE', '/v1/integrations/{id}', deleteIntegration],

  listProjects: ['GET', '/v1/projects', listProjects],
  createProject: ['POST', '/v1/projects', createProject],
  getProject: ['GET', '/v1/projects/{id}', getProject],
  updateProject: ['PATCH', '/v1/projects/{id}', updateProject],
  deleteProject: ['DELETE', '/v1/projects/{id}', deleteProject],
  transferProject: ['POST', '/v1/projects/{id}/transfer', transferProject],

  listBranches: ['GET', '/v1/projects/{projectId}/branches', listBranches],
  createBranch: ['POST', '/v1/projects/{projectId}/branches', createBranch],
  getBranch: ['GET', '/v1/branches/{branchId}', getBranch],
  updateBranch: ['PATCH', '/v1/branches/{branchId}', updateBranch],
  deleteBranch: ['DELETE', '/v1/branches/{branchId}', deleteBranch],

  listProjectDatabases: ['GET', '/v1/projects/{projectId}/databases', listProjectDatabases],
  createProjectDatabase: ['POST', '/v1/projects/{projectId}/databases', createProjectDatabase],
  listDatabases: ['GET', '/v1/databases', listDatabases],
  createDatabase: ['POST', '/v1/databases', createDatabase],
  getDatabase: ['GET', '/v1/databases/{databaseId}', getDatabase],
  updateDatabase: ['PATCH', '/v1/databases/{databaseId}', updateDatabase],
  deleteDatabase: ['DELETE', '/v1/databases/{databaseId}', deleteDatabase],
  restoreDatabase: ['POST', '/v1/databases/{targetDatabaseId}/restore', restoreDatabase],
  getUsage: ['GET', '/v1/databases/{databaseId}/usage', getUsage],
  listBackups: ['GET', '/v1/databases/{databaseId}/backups', listBackups],

  listDatabaseConnections: ['GET', '/v1/databases/{databaseId}/connections', listDatabaseConnections],
  createDatabaseConnection: ['POST', '/v1/databases/{databaseId}/connections', createDatabaseConnection],
  listConnections: ['GET', '/v1/connections', listConnections],
  createConnection: ['POST', '/v1/connections', createConnection],
  getConnection: ['GET', '/v1/connections/{id}', getConnection],
  deleteConnection: ['DELETE', '/v1/connections/{id}', deleteConnection],
  rotateConnection: ['POST', '/v1/connections/{id}/rotate', rotateConnection],

  listRegions: ['GET', '/v1/regions', listRegions],
  listPostgresRegions: ['GET', '/v1/regions/postgres', listPostgresRegions],
  listAccelerateRegions: ['GET', '/v1/regions/accelerate', listAccelerateRegions],
} as const satisfies OperationTable<Operation>

/** Clients of this API take every database for a PostgreSQL one. */
const ENGINE = 'postgres'

export interface PrismaOptions {
  readonly deps: PrismaDeps
  readonly idempotency: Pick<IdempotencyOptions, 'db' | 'sealer'>
  /** The origin that clients use, without a slash at the end. */
  readonly originOf: OriginOf
  /** Null when CROFT_CREATE_DB is off; `publicUrl` is the setting, when there is one. */
  readonly createDb: { readonly publicUrl: string | null } | null
}

/** The Prisma Management API and, when it is on, the worker behind `npx create-db`. */
export function createPrismaDialect({ deps, idempotency, originOf, createDb }: PrismaOptions): Dialect {
  return {
    name: 'prisma',
    basePaths: ['/v1'],
    errors: ERRORS,
    renderError: tellError,
    async register(scope) {
      scope.decorateRequest('prisma', null)
      await serveDocument(scope, originOf)
      await scope.register(async (protectedScope) => {
        protectedScope.addHook('onRequest', async (request) => {
          const principal = await requirePrincipal(deps.access, request)
          stateOf(request).call = { principal, requestId: request.id, engine: ENGINE }
        })
        useIdempotency(protectedScope, { ...idempotency, principalOf: (request) => callerOf(request) })
        const table: OperationTable<Operation> = OPERATIONS
        registerOperations(protectedScope, {
          dialect: 'prisma',
          table,
          deps,
          callOf: (request) => stateOf(request).call,
          contextOf: (request) => ({ ids: stateOf(request).ids, links: createLinks(originOf(request)) }),
          responsesOf,
          configOf: (operation) => ({ prismaErrors: operation }),
        })
        registerRefused(protectedScope)
      })
      if (createDb) registerCreateDb(scope, { ...deps, ...createDb, originOf })
    },
  }
}
