import type { Route, RouteTable } from '../gateway/route.ts'
import type { Instance } from './instance.ts'

/** Which instance a login belongs to. */
export interface Routes extends RouteTable {
  /** Makes the instance's logins those it should have now. */
  set(instance: Instance): void
  drop(instanceId: string): void
}

export function createRoutes(): Routes {
  const byUser = new Map<string, Route>()
  const usersOf = new Map<string, readonly string[]>()

  function drop(instanceId: string): void {
    for (const user of usersOf.get(instanceId) ?? []) {
      if (byUser.get(user)?.instanceId === instanceId) byUser.delete(user)
    }
    usersOf.delete(instanceId)
  }

  return {
    find: (user) => byUser.get(user),
    drop,
    set(instance) {
      drop(instance.id)
      const { roles, connectionLimit, presence } = instance.desired
      if (presence === 'absent') return
      const route: Route = { instanceId: instance.id, connectionLimit, acquire: instance.acquire }
      for (const { name } of roles) byUser.set(name, route)
      usersOf.set(
        instance.id,
        roles.map(({ name }) => name),
      )
    },
  }
}
