import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import type { Engine, Server } from '../src/engines/engine.ts'
import { login, mysqlRole } from '../src/engines/mariadb/contract-fixture.ts'
import { createMariadbEngine } from '../src/engines/mariadb/mariadb-engine.ts'
import { testEngines } from './engines-directory.ts'
import { makeTestHost, quiet } from './host-fixture.ts'

export const resources = {
  size: 'nano',
  memoryMb: 256,
  settings: { innodb_buffer_pool_size: '16M', max_connections: '30' },
}

export interface MariadbHost {
  readonly engine: Engine
  readonly version: string
  readonly root: string
  directory(slot: number): string
  /** A new data directory and its server. */
  fresh(): Promise<{ directory: string; server: Server }>
  start(directory: string, scratch?: boolean): Promise<Server>
  remove(): Promise<void>
}

/** A place for MariaDB servers, as the agent would have on a host. */
export async function makeMariadbHost(): Promise<MariadbHost> {
  const host = await makeTestHost()
  const { root, runAs } = host
  const place = { enginesDirectory: testEngines(), templatesDirectory: join(root, 'templates') }
  const engine = createMariadbEngine({ ...place, runAs, log: quiet })
  await engine.install(engine.defaultVersion, () => {})
  const version = engine.defaultVersion
  const started = new Set<Server>()
  let slots = 0
  const directory = (slot: number) => join(root, 'data', String(slot))
  const start = async (path: string, scratch = false) => {
    const runtimeDirectory = await host.socketDirectory()
    const server = await engine.start({
      ...{ version, directory: path, runtimeDirectory, resources, scratch, log: quiet },
    })
    started.add(server)
    void server.exited.then(() => started.delete(server))
    return server
  }
  return {
    ...{ engine, version, root, directory, start },
    async fresh() {
      const path = directory(slots++)
      await engine.initialize(version, path)
      return { directory: path, server: await start(path) }
    },
    async remove() {
      await Promise.all([...started].map((server) => server.stop('immediate')))
      await host.remove()
    },
  }
}

/** Does work as a client who logs in with a password that is his name. */
export async function as<Result>(
  server: Server,
  name: string,
  database: string,
  work: (client: Connection) => Promise<Result>,
): Promise<Result> {
  const client = await login(server.endpoint, name, name, database)
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}

/** A role whose password is its name. */
export function named(name: string) {
  return mysqlRole(name, name)
}
