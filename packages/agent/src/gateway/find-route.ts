import { Fatal, SqlState } from './fatal.ts'
import type { Route, RouteTable } from './route.ts'

/**
 * Finds the instance of a startup message's user. Throws `Fatal`; an unknown user reads the same as a wrong
 * password.
 */
export function findRoute(
  routes: RouteTable,
  parameters: ReadonlyMap<string, string>,
): { user: string; route: Route } {
  const user = parameters.get('user')
  if (user === undefined || user === '') {
    throw new Fatal(
      SqlState.invalidAuthorization,
      'no PostgreSQL user name specified in startup packet',
      'The user name in the connection string tells which database is meant.',
    )
  }
  const replication = parameters.get('replication')
  if (replication !== undefined && !/^(0|f|false|n|no|off)$/i.test(replication)) {
    throw new Fatal(
      SqlState.featureNotSupported,
      'replication connections are not supported through the gateway',
      'Use backups and restores of the API to copy a database.',
    )
  }
  const route = routes.find(user)
  if (!route) {
    throw new Fatal(SqlState.invalidPassword, `password authentication failed for user "${user}"`)
  }
  return { user, route }
}
