import type { AgentEvent, ArchiveWish, Fault } from '@croft/protocol'
import type { Logger } from 'pino'
import type { InitialCopy, LogStream, Server } from '../engines/engine.ts'
import { AgentFault, toFault } from '../fault.ts'
import { abortable } from '../instances/abortable.ts'
import { backOff } from '../instances/back-off.ts'
import type { Clock } from '../instances/clock.ts'
import { within } from '../instances/within.ts'
import type { ArchiveShare } from './archive-share.ts'
import { describeBreak, startsLater } from './broken-chain.ts'
import type { ChainManifest } from './chain.ts'
import { type ChainWriter, createChainWriter } from './chain-writer.ts'
import type { KnownArchive } from './known-archive.ts'
import { createLagWatch } from './lag-watch.ts'
import { formatLsn, type Lsn, parseLsn } from './lsn.ts'
import { notAhead } from './not-ahead.ts'
import {
  beginChain,
  continueChain,
  type DurableAt,
  findChainEnd,
  type LogOwner,
  type OpenChain,
  prepareChain,
} from './open-chain.ts'
import { pieceName } from './piece-key.ts'
import { placeOf } from './place.ts'

/** The longest pause before a stream that broke is opened again, in ms. */
const PAUSE_MS = 15_000
/** While changes come, how far they are archived is told so often, in ms. */
const TELL_MS = 10_000
/**
 * A server is kept waiting no longer than this, in ms. PostgreSQL, when it drops changes beyond its reserve, ends the
 * stream first and waits for that; the stream, blocked by a reader that does not read, does not end.
 */
const HELD_MS = 2000

/** Archives the log of one running server. */
export interface Archiver {
  readonly server: Server
  readonly place: string
  /** The chain and how far it is; null until the description of a new one is stored, unless that takes long. */
  readonly known: KnownArchive | null
  /** The chain as it can be gone on with when the server ends; null when that has to be looked for. */
  readonly left: KnownArchive | null
  readonly lagging: boolean
  readonly fault: Fault | null
  /** How far behind it is, in bytes of the log and in ms. */
  readonly lag: { readonly bytes: number; readonly ms: number }
  /** When something was last stored, in the clock's ms. */
  readonly lastStored: number
  /**
   * Resolves when everything durable now is archived, with the chain that its end lies in. Rejects with the signal's
   * reason, what the server says, or `archive-broken` when a chain has begun meanwhile that does not reach back so far.
   */
  flush(signal: AbortSignal): Promise<ChainManifest>
  /**
   * To be called before the server is stopped in order: takes and stores its last changes. Resolves when the server
   * has ended, or after `ms`, and then the server is not waited for. Gives what is `left`.
   */
  finish(ms: number): Promise<KnownArchive | null>
  /** The target may be reached in another way. */
  retry(): void
  close(): Promise<void>
}

export interface ArchiverOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly share: ArchiveShare
  readonly server: Server
  readonly owner: LogOwner
  wish(): ArchiveWish
  /** The chain to go on with, if it is of this log and place. `exact` says that `known.lsn` is its end. */
  readonly known: KnownArchive | null
  readonly exact: boolean
  initial(): Promise<InitialCopy | null>
  /** A new chain begins. */
  save(known: KnownArchive): Promise<void>
  /** A chain is broken off; every commit until then, in ms of the server's clock, is in it. */
  onBroken(chain: string, archivedAt: number): void
  tell(kind: AgentEvent['kind'], detail: Record<string, unknown>): void
  /** How far it is has changed; at most every ten seconds while all is well. */
  onChange(): void
}

export function createArchiver(options: ArchiverOptions): Archiver {
  const { clock, log, share, server, owner } = options
  const place = placeOf(options.wish())
  const target = () => options.wish().target
  const store = () => share.openStore(target())
  const key = keyOf(options.wish())
  const over = new AbortController()
  const { signal } = over
  let writer: ChainWriter | null = null
  /** What was durable when the writer's chain began, until all of it is stored. */
  let durable: DurableAt | null = null
  let stream: LogStream | null = null
  let serverEnd: Lsn = 0n
  let brokenSince: number | null = clock.now()
  let fault: Fault | null = null
  let ending = false
  let ended = false
  let complete = false
  let lastStored = Number.NEGATIVE_INFINITY
  let lastTold = Number.NEGATIVE_INFINITY
  let cancelTell: (() => void) | null = null
  let opened = Promise.withResolvers<void>()
  let wake = () => {}

  const since = (): number | null => {
    const oldest = writer?.oldest ?? null
    return oldest === null || brokenSince === null ? (oldest ?? brokenSince) : Math.min(oldest, brokenSince)
  }
  const waitedMs = (): number => {
    const oldest = since()
    return oldest === null ? 0 : clock.now() - oldest
  }
  const lagBytes = (): number => {
    if (!writer) return 0
    const end = serverEnd > writer.received ? serverEnd : writer.received
    return Number(end - writer.stored)
  }
  const watch = createLagWatch({ clock, since, bytes: lagBytes, onLag })

  function onLag(state: 'began' | 'lasts' | 'ended', ms: number): void {
    const detail = { chain: writer?.chain.chain ?? null, lagBytes: lagBytes() }
    if (state === 'began')
      options.tell('archive.lagging', { ...detail, ...(reason() ? { fault: reason() } : {}) })
    else if (state === 'ended') options.tell('archive.caught-up', { ...detail, laggedMs: Math.round(ms) })
    else askEnd()
    tellNow()
  }

  const reason = (): Fault | null => writer?.fault ?? fault

  /** A server that is not read from does not say how far it is. */
  function askEnd(): void {
    server.logPosition?.().then(
      ({ end }) => {
        if (end > serverEnd) serverEnd = end
      },
      () => {},
    )
  }

  function tellNow(): void {
    cancelTell?.()
    cancelTell = null
    lastTold = clock.now()
    if (!signal.aborted) options.onChange()
  }

  function tellSoon(): void {
    if (cancelTell) return
    const due = lastTold + TELL_MS - clock.now()
    if (due <= 0) tellNow()
    else cancelTell = clock.after(due, tellNow)
  }

  function onStored(): void {
    lastStored = clock.now()
    raiseToBegin()
    if (writer && stream) stream.confirm(writer.stored)
    watch.look()
    tellSoon()
  }

  /** Before that, a chain leads to no moment at all. */
  function raiseToBegin(): void {
    if (!writer?.prepared || !durable || writer.stored < durable.end) return
    writer.raise(durable.at)
    durable = null
  }

  function openWriter(open: OpenChain, initial: InitialCopy | null): ChainWriter {
    const { chain, from, archivedAt, small, superseded } = open
    const prepare = (at: AbortSignal) => prepareChain({ share, target, chain, initial }, at)
    const made = createChainWriter({
      ...{ clock, log, share, store, key, chain, from, archivedAt, small, superseded },
      prepare: open.prepared ? null : prepare,
      onPrepared() {
        raiseToBegin()
        watch.look()
        tellNow()
      },
      onStored,
      onFailure: () => watch.look(),
    })
    if (ending) made.hurry()
    return made
  }

  /** The stream of what follows on what is archived. A chain that cannot go on is ended and another one begun. */
  async function connect(): Promise<LogStream> {
    const { known, exact } = options
    if (!writer && known) {
      const open = exact ? continueChain(known) : await findChainEnd(known, store(), signal)
      const initial = open.prepared || open.chain.baseKey === null ? null : await options.initial()
      // Killed before its base was stored, and the template is another one by now: nothing of it can be restored.
      const baseless =
        !open.prepared && open.chain.baseKey !== null && initial?.systemId !== open.chain.systemId
      if (!baseless) writer = openWriter(open, initial)
    }
    if (!writer) return begin(null)
    try {
      return await follow(writer.received)
    } catch (error) {
      if (!(error instanceof AgentFault && error.code === 'archive-broken')) throw error
      fault = toFault(error)
      // What has come is of the old chain, and is worth keeping.
      await abortable(writer.storedUntil(writer.received), signal)
      return begin(writer)
    }
  }

  async function follow(from: Lsn): Promise<LogStream> {
    if (!server.followLog) throw new Error(`${owner.engine} has no log to archive`)
    return server.followLog(from)
  }

  async function begin(before: ChainWriter | null): Promise<LogStream> {
    const initial = before || options.known ? async () => null : options.initial
    const begun = await beginChain({ owner, server, encrypted: key !== null, initial })
    try {
      signal.throwIfAborted()
      await before?.close()
      writer = openWriter(begun.open, begun.initial)
      durable = begun.durable
      tellBroken(before, writer)
      await options.save(knownNow(writer))
      return begun.stream
    } catch (error) {
      begun.stream.close()
      throw error
    }
  }

  function tellBroken(before: ChainWriter | null, { chain }: ChainWriter): void {
    if (!before) return
    options.onBroken(before.chain.chain, before.archivedAt)
    options.tell('archive.broken', describeBreak(before, chain))
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        stream = await connect()
        if (signal.aborted) stream.close()
        if (!writer || signal.aborted) return
        brokenSince = null
        fault = null
        opened.resolve()
        stream.confirm(writer.stored)
        watch.look()
        tellSoon()
        let held = false
        for await (const change of stream.changes) {
          failures = 0
          if (change.serverEnd > serverEnd) serverEnd = change.serverEnd
          writer.add(change)
          watch.look()
          if (writer.hasRoom) continue
          held =
            (await within(
              clock,
              HELD_MS,
              writer.room().then(() => true),
            )) === undefined
          if (held) break
        }
        if (held) {
          stream.close()
          await writer.room()
          continue
        }
        if (signal.aborted) return
        ended = true
        writer.hurry()
        await writer.storedUntil(writer.received)
        complete = true
        return
      } catch (err) {
        if (signal.aborted || ending) return
        failures += 1
        fault = toFault(err)
        if (brokenSince === null) opened = Promise.withResolvers()
        brokenSince ??= clock.now()
        stream?.close()
        if (failures === 2) log.warn({ err }, 'the stream of a server’s changes broke; it is opened again')
        watch.look()
        await pause(Math.min(PAUSE_MS, backOff(failures)))
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    let cancel = () => {}
    await new Promise<void>((resolve) => {
      wake = resolve
      if (signal.aborted) resolve()
      else cancel = clock.after(Math.max(1, ms), resolve)
    })
    cancel()
  }

  const left = () => (writer?.prepared ? knownNow(writer) : null)

  function knownNow({ chain, stored, archivedAt, small }: ChainWriter): KnownArchive {
    return {
      chain,
      slot: owner.slot,
      place,
      lsn: formatLsn(stored),
      archivedAt: new Date(notAhead(archivedAt, waitedMs())).toISOString(),
      complete,
      small: small.map(pieceName),
    }
  }

  async function close(): Promise<void> {
    over.abort(new Error('this archive is closed'))
    wake()
    watch.close()
    cancelTell?.()
    stream?.close()
    await Promise.all([writer?.close(), running])
  }

  const running = run().catch((err: unknown) => log.error({ err }, 'an archive ended unexpectedly'))
  watch.look()

  return {
    server,
    place,
    get known() {
      if (!writer) return options.known
      return writer.prepared || watch.lagging ? knownNow(writer) : null
    },
    get left() {
      return left()
    },
    get lagging() {
      return watch.lagging
    },
    get fault() {
      return watch.lagging ? reason() : null
    },
    get lag() {
      return { bytes: lagBytes(), ms: waitedMs() }
    },
    get lastStored() {
      return lastStored
    },
    async flush(given) {
      const either = AbortSignal.any([given, signal])
      const at = Date.now()
      const position = await abortable(server.logPosition?.() ?? Promise.reject(new Error('no log')), either)
      for (;;) {
        if (!ended) await abortable(opened.promise, either)
        const mine = writer
        if (!mine) throw new Error('an archive without a chain is open')
        // Another chain has begun meanwhile, and what lies before it is in none.
        if (parseLsn(mine.chain.startLsn) > position.end) throw startsLater(mine.chain)
        try {
          await abortable(mine.storedUntil(position.end), either)
          mine.raise(at)
          return mine.chain
        } catch (error) {
          if (either.aborted || mine === writer) throw error
        }
      }
    },
    async finish(ms) {
      ending = true
      wake()
      writer?.hurry()
      let cancel = () => {}
      const late = new Promise<void>((resolve) => {
        cancel = clock.after(ms, resolve)
      })
      await Promise.race([running, late])
      cancel()
      if (complete) writer?.raise(Date.now())
      const known = left()
      // Not waited for: a target that hangs does so here too.
      void close()
      return known
    },
    retry() {
      writer?.retry()
      wake()
    },
    close,
  }
}

const keyOf = ({ encryptionKey }: ArchiveWish): Buffer | null =>
  encryptionKey === undefined ? null : Buffer.from(encryptionKey, 'base64')
