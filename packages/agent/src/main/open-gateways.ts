import type { Settings } from '@croft/protocol'
import type { Logger } from 'pino'
import { createGateway } from '../gateway/gateway.ts'
import type { GatewayLimits } from '../gateway/limits.ts'
import { createMariadbProtocol } from '../gateway/mariadb/mariadb-protocol.ts'
import type { GatewayMetrics } from '../gateway/metrics.ts'
import { createPostgresProtocol } from '../gateway/postgres/postgres-protocol.ts'
import type { Protocol } from '../gateway/protocol.ts'
import { createRedisProtocol } from '../gateway/redis/redis-protocol.ts'
import type { RouteTable } from '../gateway/route.ts'
import type { TlsSource } from '../tls/tls-source.ts'
import type { Gateways } from './gateways.ts'

/** People type their AUTH. */
const REDIS_LOGIN_MS = 30_000

type PortSetting = 'CROFT_POSTGRES_PORT' | 'CROFT_MARIADB_PORT' | 'CROFT_REDIS_PORT'

export interface OpenGatewaysOptions {
  readonly settings: Settings
  readonly gateways: Gateways
  routes(engine: string): RouteTable
  readonly tls: TlsSource
  readonly log: Logger
  readonly metrics: GatewayMetrics
}

/** Opens the shared port of each engine. Throws when one is taken, and says which setting names another. */
export async function openGateways(options: OpenGatewaysOptions): Promise<void> {
  const { settings, gateways, tls, log, metrics } = options
  const open = async (setting: PortSetting, protocol: Protocol, limits: Partial<GatewayLimits> = {}) => {
    const host = settings.CROFT_HOST
    const port = settings[setting]
    const routes = options.routes(protocol.engine)
    const gateway = await createGateway({ protocol, host, port, routes, tls, log, metrics, limits }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        const message = `Port ${port} of ${host} is taken; choose another one for the gateway with ${setting}.`
        throw new Error(message)
      },
    )
    gateways.add(gateway)
  }
  await open('CROFT_POSTGRES_PORT', createPostgresProtocol(log))
  await open('CROFT_MARIADB_PORT', createMariadbProtocol())
  await open('CROFT_REDIS_PORT', createRedisProtocol(), { startupMs: REDIS_LOGIN_MS })
}
