const APPS = 'Croft runs databases, not Prisma Compute apps'
const ALCHEMY = 'Croft keeps no deployment state of Alchemy'
const BUCKETS = 'Croft has no object storage'
const VARIABLES = 'environment variables belong to Prisma Compute apps'
const SOURCES = 'Croft has no connection to source repositories'

const branch = '/v1/projects/{projectId}/branches/{branchId}'
const stage = `${branch}/alchemy-state/state/stacks/{stack}/stages/{stage}`

/**
 * The operations of Prisma's API that Croft does not offer, with the reason. They answer 501 to a caller who
 * is logged in; COVERAGE.md lists them.
 */
export const REFUSED: readonly (readonly [methods: string, path: string, reason: string])[] = [
  ['GET', '/v1/agent-approvals/{approvalId}', 'Croft issues no agent tokens, so there is nothing to approve'],
  ['GET POST', '/v1/apps', APPS],
  ['GET PATCH DELETE', '/v1/apps/{appId}', APPS],
  ['POST', '/v1/apps/{appId}/promote', APPS],
  ['POST', '/v1/apps/{appId}/rollback', APPS],
  ['GET POST', '/v1/apps/{appId}/domains', APPS],
  ['GET POST', '/v1/apps/{appId}/deployments', APPS],
  ['GET POST', '/v1/services', APPS],
  ['GET PATCH DELETE', '/v1/services/{serviceId}', APPS],
  ['POST', '/v1/services/{serviceId}/promote', APPS],
  ['POST', '/v1/services/{serviceId}/rollback', APPS],
  ['GET POST', '/v1/services/{serviceId}/domains', APPS],
  ['GET POST', '/v1/services/{serviceId}/deployments', APPS],
  ['GET POST', '/v1/builds', APPS],
  ['GET PATCH', '/v1/builds/{buildId}', APPS],
  ['PUT', '/v1/builds/{buildId}/resources/{resourceType}/{resourceId}', APPS],
  ['GET', '/v1/builds/{buildId}/logs', APPS],
  ['GET DELETE', '/v1/domains/{domainId}', APPS],
  ['POST', '/v1/domains/{domainId}/retry', APPS],
  ['GET DELETE', '/v1/deployments/{deploymentId}', APPS],
  ['POST', '/v1/deployments/{deploymentId}/start', APPS],
  ['POST', '/v1/deployments/{deploymentId}/stop', APPS],
  ['GET', '/v1/deployments/{deploymentId}/logs', APPS],
  ['GET PUT', `${branch}/application-topology`, APPS],
  ['POST PATCH DELETE', `${branch}/alchemy-state/lease`, ALCHEMY],
  ['GET', `${branch}/alchemy-state/version`, ALCHEMY],
  ['GET', `${branch}/alchemy-state/state/stacks`, ALCHEMY],
  ['DELETE', `${branch}/alchemy-state/state/stacks/{stack}`, ALCHEMY],
  ['GET', `${branch}/alchemy-state/state/stacks/{stack}/stages`, ALCHEMY],
  ['GET', `${stage}/resources`, ALCHEMY],
  ['GET PUT DELETE', `${stage}/resources/{fqn}`, ALCHEMY],
  ['GET', `${stage}/replaced-resources`, ALCHEMY],
  ['GET PUT', `${stage}/output`, ALCHEMY],
  ['GET POST', '/v1/buckets', BUCKETS],
  ['GET PATCH DELETE', '/v1/buckets/{bucketId}', BUCKETS],
  ['GET POST', '/v1/buckets/{bucketId}/keys', BUCKETS],
  ['DELETE', '/v1/buckets/{bucketId}/keys/{keyId}', BUCKETS],
  ['GET POST', '/v1/environment-variables', VARIABLES],
  ['GET PATCH DELETE', '/v1/environment-variables/{envVarId}', VARIABLES],
  [
    'POST',
    '/v1/auth/github-actions/token',
    'Croft does not exchange tokens of GitHub Actions; use a service token',
  ],
  ['GET', '/v1/scm-installations', SOURCES],
  ['POST', '/v1/scm-installations/install-intents', SOURCES],
  ['GET', '/v1/scm-installations/{installationId}/repositories', SOURCES],
  ['GET POST', '/v1/source-repositories', SOURCES],
  ['GET DELETE', '/v1/source-repositories/{id}', SOURCES],
]

/** The same, one row per operation. */
export const REFUSED_OPERATIONS = REFUSED.flatMap(([methods, path, reason]) =>
  methods.split(' ').map((method) => ({ method, path, reason })),
)
