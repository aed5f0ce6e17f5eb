import type { FastifyInstance } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { toRoute } from '../register-operations.ts'
import { REFUSED_OPERATIONS } from './refused.ts'

/** Adds the operations that Croft does not offer: 501 with the reason, whatever is sent. */
export function registerRefused(scope: FastifyInstance): void {
  for (const { method, path, reason } of REFUSED_OPERATIONS) {
    const refuse = async () => {
      throw new CroftError('not-supported', `${method} ${path} is not offered: ${reason}.`)
    }
    scope.route({
      method,
      url: toRoute(path),
      config: { operation: `prisma.${refusalName(method, path)}` },
      schema: { hide: true },
      // Before the body is read, since none is looked at.
      onRequest: refuse,
      handler: refuse,
    })
  }
}

/** `refusePostAppsByAppIdPromote`: every route has a name of its own in logs and metrics. */
function refusalName(method: string, path: string): string {
  const words = path
    .replace('/v1/', '')
    .replaceAll('{', 'by-')
    .split(/[^A-Za-z0-9]+/)
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  return `refuse${capital(method.toLowerCase())}${words.map(capital).join('')}`
}
