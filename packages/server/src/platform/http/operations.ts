import type { FastifyInstance } from 'fastify'

export interface RegisteredRoute {
  readonly method: string
  /** As it was registered, e.g. `/v1/projects/:id`. */
  readonly url: string
  /** `dialect.verbNoun`, the name of the route in logs, metrics and the OpenAPI document. */
  readonly operation: string | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: string
  }
  interface FastifyInstance {
    /** Every route so far, also of scopes; complete after `ready`. */
    registeredRoutes(): readonly RegisteredRoute[]
  }
}

/** Keeps a list of all routes. Call before the first is registered. */
export function recordRoutes(app: FastifyInstance): void {
  const routes: RegisteredRoute[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of Array.isArray(method) ? method : [method]) {
      routes.push({ method: one, url, operation: config?.operation })
    }
  })
  app.decorate('registeredRoutes', () => routes)
}

const NAME = /^[a-z][a-z0-9-]*\.[a-z][A-Za-z0-9]*$/

/** What is wrong with the names of the routes; empty when each has its own. For tests. */
export function operationFaults(routes: readonly RegisteredRoute[]): string[] {
  const faults: string[] = []
  const seen = new Map<string, string>()
  for (const { method, url, operation } of routes) {
    // Made by the framework beside each GET.
    if (method === 'HEAD') continue
    const route = `${method} ${url}`
    if (operation === undefined) faults.push(`${route} has no operation name`)
    else if (!NAME.test(operation))
      faults.push(`${route}: "${operation}" is not of the form dialect.verbNoun`)
    else if (seen.has(operation)) faults.push(`${route} and ${seen.get(operation)} are both ${operation}`)
    if (operation !== undefined) seen.set(operation, route)
  }
  return faults
}
