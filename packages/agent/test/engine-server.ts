import { join } from 'node:path'
import type { Role } from '@croft/protocol'
import type { ContractFixture } from '../src/engines/contract-fixture.ts'
import type { Endpoint, Engine } from '../src/engines/engine.ts'
import type { RunAs } from '../src/host/run-as.ts'
import { testEngines } from './engines-directory.ts'
import { makeTestHost, quiet } from './host-fixture.ts'

/** A server of an engine whose tenant is `tenant`, with the password of the gateway's tests. */
export interface EngineServer {
  readonly endpoint: Endpoint
  role(name: string, password: string): Role
  setRoles(roles: readonly Role[]): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface EnginePlace {
  readonly enginesDirectory: string
  readonly templatesDirectory: string
  readonly runAs: RunAs | null
  readonly log: typeof quiet
}

export async function startEngineServer(
  createEngine: (place: EnginePlace) => Engine,
  fixtureOf: (versions: readonly string[]) => ContractFixture,
): Promise<EngineServer> {
  const host = await makeTestHost()
  const { root, runAs } = host
  const engine = createEngine({
    enginesDirectory: testEngines(),
    templatesDirectory: join(root, 'templates'),
    runAs,
    log: quiet,
  })
  const version = engine.defaultVersion
  await engine.install(version, () => {})
  const { resources, role } = fixtureOf([version])
  const directory = join(root, 'data', 'one')
  await engine.initialize(version, directory)
  const runtimeDirectory = await host.socketDirectory()
  const server = await engine.start({ version, directory, runtimeDirectory, resources, log: quiet })
  const setRoles = (roles: readonly Role[]) => server.applyRoles(roles, 20)
  await setRoles([role('tenant', 'correct horse')])
  return {
    endpoint: server.endpoint,
    role,
    setRoles,
    kill: () => server.stop('immediate'),
    async stop() {
      await server.stop('immediate')
      await host.remove()
    },
  }
}
