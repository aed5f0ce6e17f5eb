import type { ArchiveWish, Fault, ObservedArchive } from '@croft/protocol'
import { type Archiver, createArchiver } from '../archive/archiver.ts'
import type { ChainManifest } from '../archive/chain.ts'
import type { KnownArchive } from '../archive/known-archive.ts'
import { placeOf } from '../archive/place.ts'
import type { InitialCopy, Server } from '../engines/engine.ts'
import { AgentFault, toFault } from '../fault.ts'
import { abortable } from './abortable.ts'
import type { Body } from './body.ts'
import { observeArchive } from './observe-archive.ts'
import { within } from './within.ts'

/** A server that stops gives its archive so long for its last changes, in ms. */
const FINISH_MS = 2000
/** Before it sleeps there is more time: clients still have it. */
const SETTLE_MS = 10_000
/** A target that accepted something within so long is not asked whether it does, in ms. */
const FRESH_MS = 30_000
/** A target that does not answer already is given no longer than this for data that goes, in ms. */
const AWAY_MS = 1000
/** An archive that goes to another place is brought up to date in the old one, if that takes no longer, in ms. */
const MOVE_MS = 2000
/** A target that hangs keeps an archive from closing for longer than this, in ms. */
const CLOSE_MS = 5000
/** So many chains that have ended are remembered. */
const ENDED = 16

/** The archive of an instance: that of the server which serves. */
export interface InstanceArchive {
  /** Brings it in line with the server and the wish: called when either may have changed. */
  look(): void
  observe(): ObservedArchive | undefined
  /** The same of data that goes, whose archive is not wanted any more. */
  observeLast(): ObservedArchive | undefined
  /** The chain that the served data's changes go to now. */
  readonly chain: ChainManifest | undefined
  /** Of a chain that ended in this agent's life: until when every commit is in it, in ms. */
  endOf(chain: string): number | undefined
  readonly lag: { readonly bytes: number; readonly ms: number } | undefined
  /** The last changes of a server that does not run are not archived, or none of its changes are. */
  readonly incomplete: boolean
  /**
   * Everything durable now is archived when it resolves, in the chain that it gives; at once when nothing archives.
   * Rejects as `Archiver.flush`.
   */
  flush(signal: AbortSignal): Promise<ChainManifest | undefined>
  /** The same for data that is about to go: gives up after `ms`, and tells what is lost to a restore. */
  flushLast(ms: number): Promise<void>
  /** Whether the archive could be completed if the server stopped now. */
  settle(): Promise<boolean>
  /** The server's orderly stop begins: gives what to save when the server is gone. */
  finish(server: Server): Promise<Change>
  /** The server is about to start: what to save before it answers. */
  waking(): Change
}

/** What changes in the state on disk. */
export type Change = { readonly archive?: KnownArchive | null }

export function createInstanceArchive(body: Body): InstanceArchive {
  const { host, id, log } = body
  let archiver: Archiver | null = null
  let wish: ArchiveWish | undefined
  let moving = false
  /** `state.archive.lsn` is the end of the chain: no archiver has gone on from it. */
  let exact = body.state.archive?.complete === true
  const ends = new Map<string, number>()

  function remember(chain: string, archivedAt: number): void {
    ends.delete(chain)
    ends.set(chain, archivedAt)
    const [oldest] = ends.keys()
    if (ends.size > ENDED && oldest !== undefined) ends.delete(oldest)
  }

  /** The archive that is wanted of what serves; undefined for none. */
  function wanted(): ArchiveWish | undefined {
    const { desired } = body.state
    if (desired.archive === undefined || desired.presence === 'absent') return undefined
    try {
      return host.engine(desired.engine).capabilities.archive ? desired.archive : undefined
    } catch {
      // This agent has no such engine, which is told where a server is wanted.
      return undefined
    }
  }

  /** What is known on disk, if it is of the data that serves. */
  function known(): KnownArchive | null {
    const { archive, served } = body.state
    return archive && archive.slot === served?.slot && archive.chain.epoch === served.epoch ? archive : null
  }

  function begin(server: Server, wanting: ArchiveWish): void {
    const { served, desired } = body.state
    if (!served) return
    const mine = known()
    const fits = mine?.place === placeOf(wanting) ? mine : null
    const engine = host.engine(desired.engine)
    const isEmpty = desired.epoch === served.epoch && desired.origin.type === 'empty'
    const openInitial = async (): Promise<InitialCopy | null> =>
      isEmpty ? ((await engine.openInitial?.(served.version)) ?? null) : null
    const wasExact = exact
    exact = false
    const made: Archiver = createArchiver({
      clock: host.clock,
      log,
      share: host.archives,
      server,
      owner: { instanceId: id, ...served, engine: engine.name },
      wish: () => wish ?? wanting,
      known: fits,
      exact: wasExact,
      initial: openInitial,
      async save(archive) {
        // Begun while the data was replaced: what serves has an archive of its own.
        if (archiver === made && archive.slot === body.state.served?.slot) await body.patch({ archive })
      },
      onBroken: remember,
      tell: (kind, detail) => host.tell.event(kind, id, detail),
      onChange: body.publish,
    })
    archiver = made
  }

  /** Ends the archiver of a server that is gone; what it has stored is not looked for again. */
  async function end(): Promise<void> {
    const old = archiver
    if (!old) return
    archiver = null
    const { left } = old
    if (left) remember(left.chain.chain, Date.parse(left.archivedAt))
    if (left && left.slot === body.state.served?.slot) {
      body.state = { ...body.state, archive: { ...left, complete: false } }
      exact = true
    }
    await within(host.clock, CLOSE_MS, old.close())
  }

  /** Another place is wanted: the old one gets what was written until now, and another chain begins in the new. */
  async function move(old: Archiver): Promise<void> {
    moving = true
    await old.flush(AbortSignal.timeout(MOVE_MS)).catch(() => {})
    if (archiver === old) await end()
    moving = false
    look()
  }

  async function forget(server: Server): Promise<void> {
    moving = true
    // It may be about to make what is dropped here.
    await end()
    try {
      await server.forgetLog?.()
      await body.patch({ archive: null })
    } catch (err) {
      log.warn({ err }, 'an archive that is not wanted any more still holds changes back')
    }
    moving = false
    body.publish()
    // It may be wanted again meanwhile, or the server another one.
    if (wanted()) look()
  }

  function look(): void {
    const { current } = body
    if (moving || body.unknown || current?.state === 'stopping') return
    const server = current?.server
    if (archiver && archiver.server !== server) void end()
    // What a deleted database has written is archived to its end.
    if (!server || body.state.desired.presence === 'absent') return
    const before = wish
    wish = wanted()
    if (!wish) {
      if (archiver || body.state.archive) void forget(server)
    } else if (!archiver) begin(server, wish)
    else if (archiver.place !== placeOf(wish)) void move(archiver)
    else if (wish !== before) archiver.retry()
  }

  async function flush(signal: AbortSignal): Promise<ChainManifest | undefined> {
    const chain = archiver ? await archiver.flush(signal) : known()?.chain
    body.publish()
    return chain
  }

  async function flushLast(ms: number): Promise<void> {
    const mine = archiver
    const { archive, desired } = body.state
    // What a server that does not run has left is not waited for.
    const left = archive?.complete === false && desired.archive !== undefined ? archive : null
    if (!mine) {
      if (left) tellLost(left, null)
      return
    }
    const patienceMs = mine.fault ? Math.min(ms, AWAY_MS) : ms
    const failed = mine.flush(AbortSignal.timeout(patienceMs)).then(
      () => null,
      (err: unknown) => ({ err }),
    )
    // The clock's time too: a server that hangs does not look at a signal.
    const outcome = await within(host.clock, patienceMs, failed)
    body.publish()
    if (outcome === null) return
    tellLost(mine.known, mine.fault ?? (outcome?.err instanceof AgentFault ? toFault(outcome.err) : null))
  }

  function tellLost(seen: KnownArchive | null, fault: Fault | null): void {
    host.tell.event('archive.broken', id, {
      chain: seen?.chain.chain ?? null,
      ...(seen ? { fromLsn: seen.lsn, from: seen.archivedAt } : {}),
      to: new Date().toISOString(),
      reason: 'The last changes could not be archived before the data was removed.',
      ...(fault ? { fault } : {}),
    })
  }

  return {
    look,
    flush,
    flushLast,
    observe: () => {
      const seen = archiver ? archiver.known : known()
      return seen && wanted() ? observeArchive(seen, body.current?.state ?? 'asleep', archiver) : undefined
    },
    observeLast: () => {
      const seen = archiver?.known ?? known()
      return seen ? observeArchive(seen, 'running', archiver) : undefined
    },
    get chain() {
      return archiver?.known?.chain ?? known()?.chain
    },
    endOf: (chain) => ends.get(chain),
    get lag() {
      return archiver?.lag
    },
    get incomplete() {
      return body.state.served !== null && known()?.complete !== true && wanted() !== undefined
    },
    async settle() {
      const mine = archiver
      if (!mine) return true
      const late = AbortSignal.timeout(SETTLE_MS)
      try {
        await mine.flush(late)
        if (wish && host.clock.now() - mine.lastStored > FRESH_MS) {
          await abortable(host.archives.reach(wish.target), late)
        }
        return true
      } catch (err) {
        log.info({ err }, 'the database stays awake: its archive cannot be completed now')
        return false
      }
    },
    async finish(server) {
      const mine = archiver
      if (mine?.server !== server) return {}
      const left = await mine.finish(FINISH_MS)
      if (archiver === mine) archiver = null
      if (!left) return {}
      remember(left.chain.chain, Date.parse(left.archivedAt))
      exact = true
      return { archive: left }
    },
    waking() {
      const { archive } = body.state
      return archive?.complete ? { archive: { ...archive, complete: false } } : {}
    },
  }
}
