import { join } from 'node:path'
import type { Desired, DesiredInstance, ObservedInstance } from '@croft/protocol'
import { AgentFault } from '../fault.ts'
import type { RouteTable } from '../gateway/route.ts'
import { holdSource } from './hold-source.ts'
import type { Host } from './host.ts'
import { createInstance, type Instance } from './instance.ts'
import type { Recovered } from './recover.ts'
import { createRoutes } from './routes.ts'
import { type InstanceState, newState } from './state.ts'
import { createStateFile } from './state-file.ts'

/** How often idleness is looked at, in ms. */
const IDLE_CHECK_MS = 1000
/** An archive that is asked for all it lacks has so long, in ms. */
const FLUSH_MS = 10_000

/** An older wish for a removed instance is under way for seconds at most; so many are remembered. */
const REMOVED = 10_000

/** All instances of this host. */
export interface Instances {
  /** The logins on the port that all instances of an engine share. */
  routes(engine: string): RouteTable
  /** Serves what was found on disk. */
  load(recovered: Recovered): void
  /** Acts at once on what the control plane wants. */
  apply(desired: Desired): void
  find(id: string): Instance | undefined
  all(): Iterable<Instance>
  observed(): ObservedInstance[]
  /** Has all that an instance has written archived, if it is here; bounded. Throws `AgentFault`. */
  flushArchive(instanceId: string, signal: AbortSignal): Promise<void>
  /** As `Host.chainEnd`. */
  chainEnd: Host['chainEnd']
  /** Stops every server; `at-once` cuts short what an `orderly` close before it has not ended. */
  close(how: 'orderly' | 'at-once'): Promise<void>
}

export function createInstances(host: Host, instancesDirectory: string): Instances {
  const instances = new Map<string, Instance>()
  const routes = createRoutes()
  /** Revisions of instances that were removed: an older wish does not bring them back. */
  const removed = new Map<string, number>()
  const damaged = new Set<string>()
  let cancel = () => {}
  let closed = false

  function open(state: InstanceState): Instance {
    const { id } = state.desired
    const instance = createInstance({
      host,
      state,
      openFile: () => createStateFile(join(instancesDirectory, id)),
      holdSource: (sourceId, signal) => holdSource(instances.get(sourceId), host.clock, signal),
      onGone() {
        removed.set(id, instance.desired.revision)
        const [oldest] = removed.keys()
        if (removed.size > REMOVED && oldest !== undefined) removed.delete(oldest)
        instances.delete(id)
        routes.drop(id)
      },
    })
    instances.set(id, instance)
    routes.set(instance)
    return instance
  }

  function applyOne(desired: DesiredInstance): void {
    const known = instances.get(desired.id)
    if (known) {
      known.update(desired)
      routes.set(known)
      return
    }
    if (damaged.has(desired.id)) {
      tellDamaged(desired)
      return
    }
    if (desired.revision <= (removed.get(desired.id) ?? -1)) {
      if (desired.presence === 'absent') tellAbsent(desired)
      return
    }
    if (desired.presence === 'absent') tellAbsent(desired)
    else open(newState(desired)).begin()
  }

  /** Nothing of it is here (any more): said again for as long as it is asked. */
  function tellAbsent({ id, revision }: DesiredInstance): void {
    host.tell.observed({ id, revision, epoch: 0, status: 'absent', power: 'asleep' })
  }

  /** An empty database must not take the place of one whose state cannot be read. */
  function tellDamaged({ id, epoch }: DesiredInstance): void {
    const message =
      'The state of this database on its host is damaged; its files are kept, see the agent’s log.'
    const failedEpoch = { epoch, fault: { code: 'internal', message } }
    host.tell.observed({ id, revision: 0, epoch: 0, status: 'failed', power: 'asleep', failedEpoch })
  }

  function watchIdle(): void {
    cancel = host.clock.after(IDLE_CHECK_MS, () => {
      for (const instance of instances.values()) {
        instance.checkStorage()
        instance.checkIdle()
      }
      if (!closed) watchIdle()
    })
  }
  watchIdle()

  return {
    routes: routes.of,
    load(recovered) {
      for (const { name, reason } of recovered.damaged) {
        damaged.add(name)
        host.log.error({ instance: name, reason }, 'the state of an instance is damaged; it is left alone')
        host.tell.event('instance.unknown', name, { reason })
      }
      for (const state of recovered.states) open(state).begin()
    },
    apply({ full, instances: desired }) {
      for (const one of desired) applyOne(one)
      if (!full) return
      const listed = new Set(desired.map(({ id }) => id))
      for (const instance of instances.values()) {
        if (listed.has(instance.id) || instance.unknown) continue
        instance.disown()
        routes.drop(instance.id)
        host.tell.event('instance.unknown', instance.id, { reason: 'the control plane does not list it' })
      }
    },
    find: (id) => instances.get(id),
    all: () => instances.values(),
    async flushArchive(instanceId, signal) {
      const late = AbortSignal.timeout(FLUSH_MS)
      try {
        await instances.get(instanceId)?.flushArchive(AbortSignal.any([signal, late]))
      } catch (cause) {
        if (signal.aborted || !late.aborted) throw cause
        const message = 'The last changes of the database could not be archived in time.'
        throw new AgentFault('target-unreachable', message, { cause })
      }
    },
    chainEnd(instanceId, chain) {
      const instance = instances.get(instanceId)
      return instance?.archiveChain === chain ? 'open' : (instance?.archiveEnd(chain) ?? null)
    },
    observed: () => [...instances.values()].map((instance) => instance.observe()),
    async close(how) {
      closed = true
      cancel()
      const ends = await Promise.allSettled([...instances.values()].map((instance) => instance.close(how)))
      for (const end of ends) {
        if (end.status === 'rejected')
          host.log.error({ err: end.reason }, 'an instance did not stop in order')
      }
    },
  }
}
