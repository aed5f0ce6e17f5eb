import { type Connection, statusOf } from '../../../domain/deployments/index.ts'
import { podsOf } from './deployment.ts'

interface Found extends Connection {
  readonly host: string
  readonly port: number
}

/** The string that programs of the engine take, without the password. */
const uriOf = (scheme: string, { user, host, port, databaseName }: Found, options = '') =>
  `${scheme}://${user ?? ''}@${host.includes(':') ? `[${host}]` : host}:${port}/${databaseName}${options}`

/** Per engine, the ports and the details under the names that the operators of Portworx give them. */
const WORDS: Readonly<
  Record<string, (found: Found) => { ports: Record<string, number>; details: Record<string, unknown> }>
> = {
  postgres(found) {
    const { host, port, version, address } = found
    const connectionString = uriOf('postgresql', found, `?sslmode=${address?.sslmode ?? 'disable'}`)
    return { ports: { postgresql: port }, details: { host, port, version, connectionString } }
  },
  mariadb(found) {
    const { host, port, version } = found
    // Clients look for the port of MySQL's router.
    const ports = { mysql: port, 'mysql-router': port }
    return {
      ports,
      details: { hostname: host, Port: port, version, connectionString: uriOf('mysql', found) },
    }
  },
  redis(found) {
    const { host, port, version, deployment, address } = found
    const scheme = address?.sslmode === 'require' ? 'rediss' : 'redis'
    const details = { clusterName: deployment.clusterResourceName, hostname: host, Port: port, version }
    return { ports: { redis: port }, details: { ...details, connectionString: uriOf(scheme, found) } }
  },
}

/** Without an address, which a host has not said before the first start, there is nothing but a pod that is not ready. */
export function presentConnectionInfo(connection: Connection) {
  const { deployment, engine, address } = connection
  const { health } = statusOf(deployment)
  const ready = health === 'Available' && address !== null
  const pods = podsOf(deployment, deployment.nodeCount).map((name) => ({
    name,
    ip: address?.host ?? '',
    workerNode: connection.hostName,
  }))
  const listed = { pods: ready ? pods : [], notReadyPods: ready ? [] : pods }
  const words = WORDS[engine]
  if (address === null || words === undefined) {
    return { connectionDetails: { nodes: [], ports: {} }, clusterDetails: {}, ...listed }
  }
  const { host, port } = address
  const { ports, details } = words({ ...connection, host, port })
  const login = { user: connection.user ?? '', database: connection.databaseName }
  return {
    connectionDetails: { nodes: [host], ports },
    clusterDetails: { ...details, ...login },
    ...listed,
  }
}
