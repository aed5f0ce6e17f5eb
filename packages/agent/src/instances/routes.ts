import type { Route, RouteTable } from '../gateway/route.ts'
import type { Body } from './body.ts'
import type { Instance } from './instance.ts'

/** Which instance a login belongs to, on the ports that all share. */
export interface Routes {
  /** Those of one engine. */
  of(engine: string): RouteTable
  /** Makes the instance's logins those it should have now. */
  set(instance: Instance): void
  drop(instanceId: string): void
}

export function createRoutes(): Routes {
  const byUser = new Map<string, { readonly engine: string; readonly route: Route }>()
  const usersOf = new Map<string, readonly string[]>()

  function drop(instanceId: string): void {
    for (const user of usersOf.get(instanceId) ?? []) {
      if (byUser.get(user)?.route.instanceId === instanceId) byUser.delete(user)
    }
    usersOf.delete(instanceId)
  }

  return {
    of: (engine) => ({
      find(user) {
        const found = byUser.get(user)
        return found?.engine === engine ? found.route : undefined
      },
      only: () => undefined,
    }),
    drop,
    set(instance) {
      drop(instance.id)
      const { roles, connectionLimit, presence, engine, tlsRequired = false } = instance.desired
      if (presence === 'absent') return
      const { id: instanceId, acquire } = instance
      const route: Route = { instanceId, connectionLimit, tlsRequired, acquire }
      // A chosen name may be another database's too: it leads nowhere but through the instance's own port.
      const users = roles.filter(({ chosen }) => chosen !== true).map(({ name }) => name)
      for (const user of users) byUser.set(user, { engine, route })
      usersOf.set(instance.id, users)
    },
  }
}

/** The logins of one instance, on its own port. */
export function ownRoutes(body: Body, acquire: Route['acquire']): RouteTable {
  const route: Route = {
    instanceId: body.id,
    get connectionLimit() {
      return body.state.desired.connectionLimit
    },
    get tlsRequired() {
      return body.state.desired.tlsRequired ?? false
    },
    acquire,
  }
  return {
    find: (user) => (body.state.desired.roles.some(({ name }) => name === user) ? route : undefined),
    only() {
      const [role, ...others] = body.state.desired.roles
      return role && others.length === 0 ? { user: role.name, route } : undefined
    },
  }
}
