import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentEvent, BackupTarget, DesiredInstance, ObservedInstance } from '@croft/protocol'
import pg from 'pg'
import { type ArchiveShare, createArchiveShare } from '../src/archive/archive-share.ts'
import { listPieces } from '../src/archive/list-pieces.ts'
import { logKey, type Piece } from '../src/archive/piece-key.ts'
import { readBackup } from '../src/backups/read-backup.ts'
import { openTarget } from '../src/backups/targets/open-target.ts'
import { agentRole } from '../src/engines/postgres/access.ts'
import { createEngines } from '../src/engines/registry.ts'
import { createOwnPorts } from '../src/gateway/own-ports.ts'
import { systemClock } from '../src/instances/clock.ts'
import type { Host } from '../src/instances/host.ts'
import { createInstances, type Instances } from '../src/instances/instances.ts'
import { createLimiter } from '../src/instances/limiter.ts'
import { recover } from '../src/instances/recover.ts'
import { createSlots } from '../src/instances/slots.ts'
import { createWarmPool } from '../src/warm-pool/warm-pool.ts'
import { createFakeGateway } from './fake-gateway.ts'
import { makeTestHost, quiet } from './host-fixture.ts'

/** Real instances on real PostgreSQL servers that archive to a directory, without gateway and control plane. */
export interface ArchivedHost {
  readonly instances: Instances
  readonly share: ArchiveShare
  readonly observed: Map<string, ObservedInstance>
  readonly events: { kind: AgentEvent['kind']; instanceId: string; detail: Record<string, unknown> }[]
  /** A new directory, for a target of its own. */
  directory(): Promise<string>
  /** Bytes that clients have sent last, by the clock; an instance without sleeps after its idle time. */
  readonly activity: Map<string, number>
  want(change: Partial<DesiredInstance> & { id: string }): DesiredInstance
  /** Waits until it is ready with the newest wish. */
  ready(id: string): Promise<ObservedInstance>
  until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T>
  /** A session of the agent's role with the running server. */
  sql(id: string, ...statements: string[]): Promise<pg.QueryResultRow[]>
  /** Of the chain that was observed last. */
  pieces(id: string): Promise<Piece[]>
  /** Ends this agent, `orderly` or as if it were killed, and starts another one. */
  restart(how: 'orderly' | 'at-once'): Promise<void>
  close(): Promise<void>
}

export const resources = {
  size: 'nano',
  memoryMb: 256,
  settings: { shared_buffers: '8MB', max_connections: '20' },
}

export async function createArchivedHost(options: { reserveMb?: number } = {}): Promise<ArchivedHost> {
  const test = await makeTestHost()
  const paths = {
    instances: join(test.root, 'instances'),
    runtime: join(test.root, 'run'),
    archive: join(test.root, 'archive'),
  }
  for (const path of Object.values(paths)) await mkdir(path, { mode: 0o711 })
  const engines = createEngines({
    storageRoot: test.root,
    runAs: test.runAs,
    log: quiet,
    archiveReserveMb: options.reserveMb ?? 256,
  })
  const engine = engines.get('postgres')
  assert.ok(engine)
  const clock = systemClock
  const slots = createSlots(join(test.root, 'data'), paths.runtime)
  const openStore = (target: BackupTarget) => openTarget(target, paths.archive)
  const wishes = new Map<string, DesiredInstance>()
  const observed = new Map<string, ObservedInstance>()
  const events: ArchivedHost['events'] = []
  const activity = new Map<string, number>()

  const makeHost = (life: { over: boolean }): Host => ({
    clock,
    log: quiet,
    slots,
    pool: createWarmPool({ engine, slots, clock, log: quiet, servers: 0, directories: 0, resources }),
    starts: createLimiter(4),
    engine: () => engine,
    ports: createOwnPorts({ range: '0', gateway: () => createFakeGateway('postgres') }),
    cgroups: null,
    sessions: {
      traffic: (id) => ({ sessions: 0, lastActivity: activity.get(id) ?? 0 }),
      close: async () => {},
    },
    async openBackup({ key, target, encryptionKey }, name, version, signal) {
      const expected = { engine: name, version, ...(encryptionKey === undefined ? {} : { encryptionKey }) }
      return readBackup(openStore(target), key, expected, signal)
    },
    openStore,
    archives: createArchiveShare(clock, openStore),
    flushArchive: (id, signal) => instances.flushArchive(id, signal),
    chainEnd: (id, chain) => instances.chainEnd(id, chain),
    tell: {
      observed: (one) => void (life.over || observed.set(one.id, one)),
      event: (kind, instanceId, detail) => void (life.over || events.push({ kind, instanceId, detail })),
      usage: () => {},
    },
  })
  let directories = 0
  let life = { over: false }
  let host = makeHost(life)
  let instances = createInstances(host, paths.instances)

  const self: ArchivedHost = {
    get instances() {
      return instances
    },
    get share() {
      return host.archives
    },
    observed,
    events,
    async directory() {
      directories += 1
      const path = join(test.root, `target-${directories}`)
      await mkdir(path)
      return path
    },
    activity,
    want(change) {
      const before = wishes.get(change.id)
      const wish: DesiredInstance = {
        engine: 'postgres',
        version: '18',
        resources,
        presence: 'present',
        epoch: 1,
        settledEpoch: 0,
        origin: { type: 'empty' },
        roles: [],
        connectionLimit: 10,
        idleTimeoutSeconds: 0,
        archive: { target: { type: 'directory', path: null } },
        ...before,
        revision: (before?.revision ?? 0) + 1,
        ...change,
      }
      wishes.set(change.id, wish)
      instances.apply({ type: 'desired', full: false, instances: [wish] })
      return wish
    },
    ready: (id) =>
      self.until(() => {
        const seen = observed.get(id)
        const fault = seen?.failedEpoch
        assert.ok(!fault || fault.epoch < (wishes.get(id)?.epoch ?? 0), JSON.stringify(fault))
        return seen?.revision === wishes.get(id)?.revision && seen?.epoch === wishes.get(id)?.epoch
          ? seen
          : undefined
      }),
    async until(look) {
      for (let tries = 0; tries < 1500; tries++) {
        const found = await look()
        if (found !== undefined && found !== false) return found
        await delay(20)
      }
      throw new Error(`it never came to that: ${JSON.stringify({ seen: [...observed.values()], events })}`)
    },
    async sql(id, ...statements) {
      const instance = instances.find(id)
      assert.ok(instance)
      const hold = await instance.hold(AbortSignal.timeout(20_000))
      const { endpoint } = hold.server
      assert.ok('path' in endpoint)
      const path = endpoint.path.replace(/\/[^/]*$/, '')
      const client = new pg.Client({ host: path, user: agentRole, database: 'croft', query_timeout: 20_000 })
      client.on('error', () => {})
      try {
        await client.connect()
        let rows: pg.QueryResultRow[] = []
        for (const statement of statements) rows = (await client.query(statement)).rows ?? []
        return rows
      } finally {
        await client.end().catch(() => {})
        hold.release()
      }
    },
    async pieces(id) {
      const target = wishes.get(id)?.archive?.target ?? { type: 'directory', path: null }
      return listPieces(openStore(target), logKey(id, observed.get(id)?.archive?.chain ?? ''))
    },
    async restart(how) {
      life.over = how === 'at-once'
      await instances.close(how)
      await host.pool.close()
      life = { over: false }
      host = makeHost(life)
      instances = createInstances(host, paths.instances)
      const found = await recover({
        instancesDirectory: paths.instances,
        slots,
        engines: [engine],
        log: quiet,
      })
      instances.load(found)
      for (const one of instances.observed()) observed.set(one.id, one)
    },
    async close() {
      await instances.close('at-once')
      await host.pool.close()
      await test.remove()
    },
  }
  return self
}

/** The pieces follow on one another from the chain's start, overlaps aside. */
export function assertGapless(pieces: readonly Piece[], start: bigint): bigint {
  let end = start
  for (const piece of pieces) {
    assert.ok(piece.start <= end, `a gap before ${piece.start.toString(16)}`)
    if (piece.end > end) end = piece.end
  }
  return end
}
