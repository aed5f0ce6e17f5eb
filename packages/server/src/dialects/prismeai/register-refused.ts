import type { FastifyInstance, HTTPMethods } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { toRoute } from '../register-operations.ts'
import { REFUSED_OPERATIONS } from './refused.ts'

/** Methods that the paths of keys do not have; the original says so to callers with credentials only. */
const NO_METHODS: readonly (readonly [methods: string, path: string])[] = [
  ['PUT PATCH DELETE', '/v2/workspaces/{workspaceId}/security/apikeys'],
  ['GET POST PATCH', '/v2/workspaces/{workspaceId}/security/apikeys/{apiKey}'],
]

/** Adds what is not offered: 501 with the reason, and 400 for methods of keys that there are not, whatever is sent. */
export function registerRefused(scope: FastifyInstance): void {
  function add(method: string, path: string, error: () => CroftError): void {
    const refuse = async () => {
      throw error()
    }
    scope.route({
      method: method as HTTPMethods,
      url: toRoute(path),
      config: { operation: `prismeai.${nameOf(method, path)}` },
      // The framework would make one beside each GET.
      exposeHeadRoute: false,
      schema: { hide: true },
      // Before the body is read, since none is looked at.
      onRequest: refuse,
      handler: refuse,
    })
  }
  for (const { method, path, reason } of REFUSED_OPERATIONS) {
    const message = `${method} ${path} is not offered: ${reason}.`
    add(method, path, () => new CroftError('not-supported', message))
  }
  for (const [methods, path] of NO_METHODS) {
    for (const method of methods.split(' ')) {
      add(method, path, () => new CroftError('method-not-allowed', `${method} method not allowed`))
    }
  }
}

/** `refusePostWorkspacesByWorkspaceIdSearch`: every route has a name of its own in logs and metrics. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace('/v2/', '')
    .replaceAll('{', 'by-')
    .split(/[^A-Za-z0-9]+/)
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  return `refuse${capital(method.toLowerCase())}${words.map(capital).join('')}`
}
