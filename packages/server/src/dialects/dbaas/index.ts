/**
 * The DBaaS API, as the company's teams knew it.
 *
 * How an answer comes about, for JSON and for pages alike:
 * 1. `register-endpoints.ts` negotiates the form (`negotiate.ts`), finds out who asks (`authenticate.ts`), which method
 *    is meant (`_method`, `X-HTTP-Method-Override`), and calls the operation of the endpoint (`endpoint.ts`).
 * 2. The operation (`routes/`) answers a HAL object (`hal.ts`): `{ _links: { self }, ...fields }`; a list has
 *    `_links: { count, self, previous, next }` and its items, HAL objects themselves, under the kind's name. 204 is null.
 *    What fails is a HAL object too: `{ _links, detail }`, `{ _links, error: [...] }` or `{ _links, <field>: [...] }`.
 * 3. `render.ts`: for JSON that object is printed. For HTML `pages/index.ts` exports
 *    `renderPage: (input: PageInput) => Promise<{ status?, body, headers? }>` and gets the same `Answer`
 *    (`{ status, hal, location? }`) for successes and failures, the endpoint (place: root, list, item, action; kind; its
 *    operations), `allow`, who asks, a CSRF token for the hidden field `csrfmiddlewaretoken`, the fields that were sent,
 *    and `read(path)` to GET other resources as the same caller (choices of selects). It may answer another status,
 *    e.g. 303 with a `location` header after a form, or 302 to the login page for a 401 without `Authorization`.
 */
export type { Answer, PageInput, RenderedPage, RenderPage } from './render.ts'

import cookie from '@fastify/cookie'
import {
  errorHandler,
  type IdempotencyOptions,
  toCroftError,
  useIdempotency,
} from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { createAnswerer } from './answer.ts'
import type { DbaasDeps, OriginOf } from './deps.ts'
import { serveDocument } from './document.ts'
import { endpointsOf, type Table } from './endpoints.ts'
import { ERRORS } from './errors.ts'
import { renderPage } from './pages/index.ts'
import { prepareRequests } from './prepare-requests.ts'
import { registerEndpoints } from './register-endpoints.ts'
import { stateOf } from './request-state.ts'
import {
  createCredential,
  deleteCredential,
  getCredential,
  listCredentials,
  replaceCredential,
  resetPassword,
  updateCredential,
} from './routes/credentials.ts'
import {
  createDatabase,
  deleteDatabase,
  getDatabase,
  listDatabases,
  replaceDatabase,
  updateDatabase,
} from './routes/databases.ts'
import { getEngine, getEngineType, listEngines, listEngineTypes } from './routes/engines.ts'
import { getEnvironment, listEnvironments } from './routes/environments.ts'
import { getPlan, listPlans } from './routes/plans.ts'
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  replaceProject,
  updateProject,
} from './routes/projects.ts'
import { getRoot } from './routes/root.ts'
import { getTeam, listTeams } from './routes/teams.ts'

export { DOCUMENT_PATH } from './document.ts'

/** Every operation that is offered, by the name that logs, metrics and the OpenAPI document use. */
export const OPERATIONS = {
  getRoot: ['GET', '/api/', getRoot],

  listDatabases: ['GET', '/api/database/', listDatabases],
  createDatabase: ['POST', '/api/database/', createDatabase],
  getDatabase: ['GET', '/api/database/{id}/', getDatabase],
  replaceDatabase: ['PUT', '/api/database/{id}/', replaceDatabase],
  updateDatabase: ['PATCH', '/api/database/{id}/', updateDatabase],
  deleteDatabase: ['DELETE', '/api/database/{id}/', deleteDatabase],

  listCredentials: ['GET', '/api/credential/', listCredentials],
  createCredential: ['POST', '/api/credential/', createCredential],
  getCredential: ['GET', '/api/credential/{id}/', getCredential],
  replaceCredential: ['PUT', '/api/credential/{id}/', replaceCredential],
  updateCredential: ['PATCH', '/api/credential/{id}/', updateCredential],
  deleteCredential: ['DELETE', '/api/credential/{id}/', deleteCredential],
  resetPassword: ['POST', '/api/credential/{id}/reset_password/', resetPassword],

  listProjects: ['GET', '/api/project/', listProjects],
  createProject: ['POST', '/api/project/', createProject],
  getProject: ['GET', '/api/project/{id}/', getProject],
  replaceProject: ['PUT', '/api/project/{id}/', replaceProject],
  updateProject: ['PATCH', '/api/project/{id}/', updateProject],
  deleteProject: ['DELETE', '/api/project/{id}/', deleteProject],

  listPlans: ['GET', '/api/plan/', listPlans],
  getPlan: ['GET', '/api/plan/{id}/', getPlan],
  listEnvironments: ['GET', '/api/environment/', listEnvironments],
  getEnvironment: ['GET', '/api/environment/{id}/', getEnvironment],
  listEngineTypes: ['GET', '/api/engine_type/', listEngineTypes],
  getEngineType: ['GET', '/api/engine_type/{id}/', getEngineType],
  listEngines: ['GET', '/api/engine/', listEngines],
  getEngine: ['GET', '/api/engine/{id}/', getEngine],
  listTeams: ['GET', '/api/team/', listTeams],
  getTeam: ['GET', '/api/team/{id}/', getTeam],
} as const satisfies Table

export interface DbaasOptions {
  readonly deps: DbaasDeps
  readonly idempotency: Pick<IdempotencyOptions, 'db' | 'sealer'>
  readonly originOf: OriginOf
}

const BASE_PATHS = [
  'database',
  'credential',
  'project',
  'plan',
  'environment',
  'engine',
  'engine_type',
  'team',
]

/** The DBaaS API of 2013, with what later versions of it added. */
export function createDbaasDialect({ deps, idempotency, originOf }: DbaasOptions): Dialect {
  const table: Table = OPERATIONS
  const endpoints = endpointsOf(table)
  const answerer = createAnswerer({ deps, endpoints, originOf, renderPage })
  return {
    name: 'dbaas',
    basePaths: BASE_PATHS.map((segment) => `/api/${segment}`),
    errors: ERRORS,
    renderError: answerer.renderError,
    async register(scope) {
      if (!scope.hasRequestDecorator('cookies')) await scope.register(cookie)
      scope.decorateRequest('dbaas', null)
      await serveDocument(scope)
      await scope.register(async (api) => {
        // Operations read their input themselves; schemas are for the document.
        api.setValidatorCompiler(() => (value: unknown) => ({ value }))
        api.setErrorHandler(async (thrown, request, reply) => {
          const error = toCroftError(thrown)
          const { format } = stateOf(request).media
          const page = format === 'html' ? await answerer.renderErrorPage(error, request) : null
          return errorHandler(page ? () => page : answerer.renderError)(error, request, reply)
        })
        prepareRequests(api, { access: deps.access, originOf })
        useIdempotency(api, {
          ...idempotency,
          principalOf(request) {
            const principal = stateOf(request).caller?.principal
            return principal ? `${principal.type} ${principal.id}` : null
          },
        })
        api.addHook('onSend', async (_request, reply, payload) => {
          if (`${reply.getHeader('content-type')}`.startsWith('application/json;'))
            void reply.header('content-type', 'application/json')
          return payload
        })
        registerEndpoints(api, endpoints, answerer)
      })
    },
  }
}
