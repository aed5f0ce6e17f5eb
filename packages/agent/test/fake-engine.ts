import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Role } from '@croft/protocol'
import type { Engine, Exit, Server, StartOptions } from '../src/engines/engine.ts'
import { AgentFault } from '../src/fault.ts'
import { abortable } from '../src/instances/abortable.ts'

/** A server of the fake engine, with handles for a test. */
export interface FakeServer extends Server {
  readonly directory: string
  readonly roles: readonly Role[]
  busy: number
  sizeBytes: number
  readonly refusesWrites: boolean
  /** Sessions that wait for a statement. */
  silent: number
  crash(): void
}

/** An engine whose servers are objects and whose data is one file; it checks that nobody breaks its rules. */
export interface FakeEngine extends Engine {
  /** Running servers. */
  readonly servers: Set<FakeServer>
  starts: number
  /** The next starts and the next `applyRoles` fail so often. */
  failStarts: number
  startFault: AgentFault
  failRoles: number
  /** What the data of servers takes when they start. */
  sizeBytes: number
  /** Servers of these sizes never start. */
  readonly refusedSizes: Set<string>
  /** Waited for in each start, stop and so on, so that a test can look in between. */
  gates: Partial<Record<'start' | 'stop' | 'restore' | 'activity' | 'sessions', Promise<void>>>
}

export function createFakeEngine(): FakeEngine {
  const servers = new Set<FakeServer>()

  async function start({ directory, resources }: StartOptions): Promise<Server> {
    engine.starts += 1
    await engine.gates.start
    if (engine.failStarts > 0) {
      engine.failStarts -= 1
      throw engine.startFault
    }
    if (engine.refusedSizes.has(resources.size)) throw engine.startFault
    assert.ok(existsSync(join(directory, 'content')), 'a server is started on a directory that is not there')
    for (const other of servers) assert.notEqual(other.directory, directory, 'two servers on one directory')
    return run(directory)
  }

  function run(directory: string): FakeServer {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>()
    let roles: readonly Role[] = []
    let statements = 0
    let refusesWrites = false
    const alive = () => {
      if (!servers.has(server)) throw new AgentFault('server-crashed', 'The fake has ended.')
    }
    const end = (exit: Exit) => {
      if (servers.delete(server)) resolve(exit)
    }
    const server: FakeServer = {
      pid: 1,
      directory,
      endpoint: { path: join(directory, 'socket') },
      exited,
      busy: 0,
      sizeBytes: engine.sizeBytes,
      get refusesWrites() {
        return refusesWrites
      },
      async refuseWrites(refuse) {
        alive()
        refusesWrites = refuse
      },
      silent: 0,
      get roles() {
        return roles
      },
      crash: () => end({ code: null, signal: 'SIGKILL' }),
      async stop(mode) {
        if (mode === 'fast') await Promise.race([engine.gates.stop, exited])
        end({ code: 0, signal: null })
      },
      async applyRoles(wanted) {
        await null
        alive()
        if (engine.failRoles > 0) {
          engine.failRoles -= 1
          throw new AgentFault('internal', 'The fake does not apply roles.')
        }
        roles = wanted
      },
      async activity() {
        alive()
        await engine.gates.activity
        return { sessions: server.silent + server.busy, busy: server.busy }
      },
      async usage() {
        alive()
        statements += 5
        return { sizeBytes: server.sizeBytes, statements }
      },
      async mark() {
        alive()
        return `mark of ${await readFile(join(directory, 'content'), 'utf8')}`
      },
      async stream() {
        alive()
        const content = await readFile(join(directory, 'content'))
        return { data: Readable.from([content]), sizeBytes: content.length }
      },
    }
    servers.add(server)
    return server
  }

  const engine: FakeEngine = {
    name: 'fake',
    defaultVersion: '1',
    capabilities: { physicalCopy: true, warmStart: true, archive: false },
    servers,
    starts: 0,
    failStarts: 0,
    startFault: new AgentFault('server-start-failed', 'The fake does not start.'),
    failRoles: 0,
    sizeBytes: 100,
    refusedSizes: new Set(),
    gates: {},
    versions: async () => [{ engine: 'fake', version: '1', installed: true }],
    install: async () => {},
    async initialize(_version, directory) {
      await mkdir(directory)
      await writeFile(join(directory, 'content'), 'empty')
    },
    async restore(_version, data, directory, signal) {
      const content = await text(data)
      await mkdir(`${directory}.partial`, { recursive: true })
      await abortable(Promise.resolve(engine.gates.restore), signal)
      await rm(`${directory}.partial`, { recursive: true })
      await mkdir(directory)
      await writeFile(join(directory, 'content'), content)
    },
    start,
    async reap(directory) {
      const left = [...servers].filter((server) => server.directory === directory)
      for (const server of left) server.crash()
      return left.length > 0
    },
  }
  return engine
}
