import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CroftError } from '../errors/index.ts'
import type { RegisteredRoute } from './operations.ts'
import { pathOf } from './path-of.ts'

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*'
    if (segment.startsWith(':')) return '[^/]+'
    return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}

/** The methods that a path has, in order. */
export function methodsOf(routes: readonly RegisteredRoute[], path: string): string[] {
  const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method)
  return [...new Set(methods)].sort()
}

/** Paths that are not there: 404, or 405 with `Allow` when another method is. */
export function answerNotFound(app: FastifyInstance): void {
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.url)
    const methods = methodsOf(app.registeredRoutes(), path)
    if (methods.length === 0)
      throw new CroftError('route-not-found', `There is no ${request.method} ${path} here.`)
    void reply.header('allow', methods.join(', '))
    throw new CroftError('method-not-allowed', `${path} has no ${request.method}, but ${methods.join(', ')}.`)
  })
}
