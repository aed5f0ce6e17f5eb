import type { DesiredInstance, ObservedInstance } from '@croft/protocol'
import type { ChainManifest } from '../archive/chain.ts'
import type { Server } from '../engines/engine.ts'
import { mayPass } from '../fault.ts'
import type { Lease } from '../gateway/route.ts'
import { applyRevision } from './apply-roles.ts'
import { createBody } from './body.ts'
import { isOutgrown, trialAt } from './choose-resources.ts'
import { type CompleteStep, completeArchive, planCompletion } from './complete-archive.ts'
import { holdInstance } from './hold-instance.ts'
import type { Host } from './host.ts'
import { createLane, type Lane } from './lane.ts'
import { limitServer } from './limit-server.ts'
import type { MakeDataOptions } from './make-data.ts'
import { makeEpoch } from './make-epoch.ts'
import { openPower } from './open-power.ts'
import type { Hold } from './power.ts'
import { type DataStep, type Idle, type Plan, reconcile, type ServeStep } from './reconcile.ts'
import { cleanLeftovers, removeInstance } from './remove-data.ts'
import type { InstanceState } from './state.ts'
import type { StateFile } from './state-file.ts'

/** A busy server is asked again after so long whether it is idle, in ms. */
const IDLE_RECHECK_MS = 5000

/** One instance on this host: its data, its server, and the steps that bring both to what is desired. */
export interface Instance {
  readonly id: string
  readonly desired: DesiredInstance
  /** The data's mark at the last clean stop, while it is asleep. */
  readonly restingMark: string | null
  /** The version its data was made with; null before there is any. */
  readonly version: string | null
  /** The control plane does not list it: it is kept and not served. */
  readonly unknown: boolean
  /** The running server, undefined when there is none. */
  readonly server: Server | undefined
  update(desired: DesiredInstance): void
  /** The control plane does not list it (any more): it is kept and put to sleep. */
  disown(): void
  observe(): ObservedInstance
  /** Wakes it for a client's session. Throws `AgentFault`, or the signal's reason. */
  acquire(signal: AbortSignal): Promise<Lease>
  /** Wakes it and keeps it awake, for a backup or a copy. Throws as `acquire`. */
  hold(signal: AbortSignal): Promise<Hold>
  /** Puts it to sleep when it has been idle for long enough. */
  checkIdle(): void
  /** Looks whether its data still fits into its quota. */
  checkStorage(): void
  /**
   * Has all that it has written archived, and gives the chain that it ends in; wakes the server when its last changes
   * are not. Throws as `acquire`, or as `Archiver.flush`.
   */
  flushArchive(signal: AbortSignal): Promise<ChainManifest | undefined>
  /** The archive that goes on from what the server writes now. */
  readonly archiveChain: string | undefined
  /** Of a chain that ended in this agent's life: until when every commit is in it, in ms. */
  archiveEnd(chain: string): number | undefined
  /** How far that is behind, while the server runs. */
  readonly archiveLag: { readonly bytes: number; readonly ms: number } | undefined
  /** Takes a usage sample when it runs. Throws `AgentFault` when the server does not answer. */
  sample(): Promise<void>
  /** Looks for the next step: called once, after loading or the first update. */
  begin(): void
  /** Ends the work under way and stops the server, `orderly` with a checkpoint. `at-once` may follow `orderly`. */
  close(how: 'orderly' | 'at-once'): Promise<void>
}

export interface InstanceOptions {
  readonly host: Host
  readonly state: InstanceState
  /** The file of its state; asked again when a removed instance is wanted again. */
  openFile(): StateFile
  readonly holdSource: MakeDataOptions['holdSource']
  /** All of it is removed and it is wanted no more. */
  onGone(): void
}

export function createInstance({ host, state, openFile, holdSource, onGone }: InstanceOptions): Instance {
  const { clock } = host
  const stepFault = () => serve.fault ?? data.fault
  const acquire = async (signal: AbortSignal): Promise<Lease> => {
    body.quota.admit()
    const { server, release } = await holdInstance(body, 'session', signal)
    return { endpoint: server.endpoint, release }
  }
  const body = createBody({ host, state, file: openFile(), stepFault, acquire })
  let nextIdleCheck = 0
  const bornAt = clock.now()

  const data = createLane<Exclude<DataStep, Idle>>({
    clock,
    plan: () => plan().data,
    async run(step) {
      if (step.do === 'make') {
        const make = makeEpoch({ body, epoch: step.epoch, holdSource, openPower: open })
        await host.pool.during(make)
      } else if (step.do === 'clean') await cleanLeftovers(body)
      else if (await removeInstance(body, openFile)) onGone()
      serve.poke()
    },
    onFailure: failed,
    onEnd: body.publish,
  })
  const serve = createLane<Exclude<ServeStep, Idle>>({
    clock,
    plan: () => plan().serve,
    async run(step) {
      if (step.do === 'apply') await applyRevision(body)
      else {
        if (step.do === 'restart')
          await body.current?.stop('the settings of the database have changed')
          // Up again at once, so that what does not start is known now, and not to its next client.
        ;(await body.current?.hold('work'))?.release()
      }
    },
    onFailure: failed,
    onEnd: body.publish,
  })

  const archive: Lane = createLane<CompleteStep>({
    clock,
    plan: () => planCompletion(body, archive.retryAt, bornAt),
    run: () => completeArchive(body),
    onFailure: failed,
    onEnd: () => {},
  })

  function plan(): Plan {
    const { current, state } = body
    return reconcile(
      state.desired,
      {
        servedEpoch: current ? (state.served?.epoch ?? 0) : 0,
        failedEpoch: state.failed?.epoch ?? 0,
        failureMayPass: state.failed !== null && mayPass(state.failed.fault),
        applied: state.applied,
        leftovers: state.leftovers.length,
        gone: body.gone,
        unknown: body.unknown || body.closing,
        switching: body.switching,
        asleep: current?.state === 'asleep',
        crashed: current?.crashed ?? false,
        outgrown: isOutgrown(body),
        trialAt: trialAt(body),
        held: (current?.holds ?? 0) > 0,
        retryData: data.retryAt,
        retryMake: body.retryMake,
        retryServe: serve.retryAt,
        retryStart: current?.retryAt ?? 0,
      },
      clock.now(),
    )
  }

  function poke(): void {
    body.ownPort.look()
    body.quota.look()
    data.poke()
    serve.poke()
    archive.poke()
  }

  function open(slot: string, version: string) {
    return openPower(body, slot, version, poke)
  }

  function failed(step: { readonly do: string }, err: unknown): void {
    if (body.closing) return
    body.log.warn({ err, step: step.do }, 'a step failed; it is tried again after a pause')
  }

  /** Keeps a wish. It is saved with the first step when nothing is on disk yet: creating has no time for it. */
  function accept(desired: DesiredInstance): void {
    const { making, state } = body
    const onDisk = state.served !== null || state.failed !== null
    body.state = { ...state, desired }
    if (onDisk) body.patch({}).catch((err: unknown) => body.log.warn({ err }, 'a wish is not saved'))
    if (making && (desired.presence === 'absent' || desired.epoch !== making.epoch)) making.controller.abort()
    // Also those that came without it before: nobody could tell which they are.
    if (desired.tlsRequired && !state.desired.tlsRequired && state.served) {
      void host.sessions.close(body.id, 'the database takes connections with TLS only')
    }
    const { current } = body
    if (current?.server && state.served && desired.resources.cpus !== state.desired.resources.cpus) {
      void limitServer(body, current.server, state.served.slot)
    }
    body.archive.look()
    body.turn()
  }

  if (state.served) body.current = open(state.served.slot, state.served.version)

  return {
    id: body.id,
    get desired() {
      return body.state.desired
    },
    get restingMark() {
      return body.current?.state === 'asleep' ? body.state.mark : null
    },
    get version() {
      return body.state.served?.version ?? null
    },
    get unknown() {
      return body.unknown
    },
    get server() {
      return body.current?.server
    },
    update(desired) {
      if (body.gone) return
      body.unknown = false
      if (desired.revision > body.state.desired.revision) accept(desired)
      else body.archive.look()
      poke()
    },
    disown() {
      if (body.unknown || body.gone) return
      body.unknown = true
      body.ownPort.look()
      body.making?.controller.abort()
      body.turn()
      body.current
        ?.stop('the database is not known any more')
        .catch((err: unknown) => body.log.warn({ err }, 'the server of an unknown instance does not stop'))
    },
    observe: body.seen,
    acquire,
    hold: (signal) => holdInstance(body, 'work', signal),
    checkIdle() {
      const power = body.current
      const { idleTimeoutSeconds, presence } = body.state.desired
      if (power?.state !== 'running' || clock.now() < nextIdleCheck) return
      if (idleTimeoutSeconds === 0 || presence === 'absent') return
      const idleMs = idleTimeoutSeconds * 1000
      const isIdle = () =>
        clock.now() - Math.max(host.sessions.traffic(body.id).lastActivity, power.lastUsed) >= idleMs
      if (!isIdle()) return
      nextIdleCheck = clock.now() + Math.min(idleMs, IDLE_RECHECK_MS)
      power.sleep(isIdle).then(
        (asleep) => asleep && host.tell.event('instance.slept', body.id, {}),
        (err: unknown) => body.log.warn({ err }, 'the server did not go to sleep in order'),
      )
    },
    checkStorage: () => body.quota.look(),
    async flushArchive(signal) {
      const asleep = body.current?.state === 'asleep'
      const { chain, incomplete } = body.archive
      if (!incomplete && (asleep || chain === undefined)) return chain
      const { release } = await holdInstance(body, 'work', signal)
      try {
        return await body.archive.flush(signal)
      } finally {
        release()
      }
    },
    get archiveChain() {
      return body.archive.chain?.chain
    },
    archiveEnd: (chain) => body.archive.endOf(chain),
    get archiveLag() {
      return body.archive.lag
    },
    async sample() {
      const server = body.current?.server
      if (server) await body.meter.sample(server)
    },
    begin: poke,
    async close(how) {
      body.closing = true
      body.ownPort.look()
      body.making?.controller.abort()
      body.turn()
      const { current } = body
      await Promise.all([current?.close(how), data.close(), serve.close(), archive.close()])
      // A new epoch may have taken its place in the last moment.
      if (body.current !== current) await body.current?.close(how)
    },
  }
}
