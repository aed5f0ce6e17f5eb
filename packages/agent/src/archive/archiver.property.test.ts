import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { pino } from 'pino'
import { createFakeClock } from '../../test/fake-host.ts'
import { createFakeLog, type FakeLogServer } from '../../test/fake-log.ts'
import { createMemoryStore } from '../../test/memory-store.ts'
import { openBytes } from '../backups/sealing/open.ts'
import type { Server } from '../engines/engine.ts'
import { createArchiveShare } from './archive-share.ts'
import { type Archiver, createArchiver } from './archiver.ts'
import type { KnownArchive } from './known-archive.ts'
import { listPieces } from './list-pieces.ts'
import { parseLsn } from './lsn.ts'
import { logKey, pieceName } from './piece-key.ts'
import { unpackPiece } from './unpack-piece.ts'

// The real archiver over random histories of changes, faults, stops and killed agents; log, store and clock are fakes.

type Action =
  | { do: 'write'; bytes: number }
  | { do: 'store'; failing: 'no' | 'before' | 'after' }
  | { do: 'break-stream' | 'crash-server' | 'kill-agent' | 'stop' | 'flush' | 'close' }
  | { do: 'wait'; ms: number }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      bytes: fc.constantFrom(1, 100, 4000, 400_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 500, 2000, 20_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('store' as const),
      failing: fc.constantFrom('no' as const, 'before' as const, 'after' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'break-stream',
        'crash-server',
        'kill-agent',
        'stop',
        'flush',
        'close',
      ) as fc.Arbitrary<'break-stream' | 'crash-server' | 'kill-agent' | 'stop' | 'flush' | 'close'>,
    }),
  },
)

const key = Buffer.alloc(32, 5)
const target = { type: 'directory', path: null } as const
const chainOf = (known: KnownArchive) => logKey('i', known.chain.chain)

function createHistory() {
  const clock = createFakeClock()
  const log = createFakeLog()
  const store = createMemoryStore()
  const share = createArchiveShare(clock, () => store)
  const events: string[] = []
  let server: FakeLogServer | null = null
  let archiver: Archiver | null = null
  /** On disk, and in the memory of an agent that has seen where its archiver stopped. */
  let saved: KnownArchive | null = null
  let exact = false

  log.onConfirm = (lsn) => {
    assert.ok(saved)
    const names = [...store.objects.keys()].filter((name) => name.startsWith(chainOf(saved as KnownArchive)))
    const ends = names.map((name) => BigInt(`0x${name.split('-').at(-2)}`))
    assert.ok(lsn === log.origin || ends.some((end) => end >= lsn), 'what is not stored is confirmed')
  }

  function begin(): void {
    server ??= log.serve()
    if (archiver) return
    archiver = createArchiver({
      clock,
      log: pino({ level: 'silent' }),
      share,
      // What else a server can do is not asked of it.
      server: server as unknown as Server,
      owner: { instanceId: 'i', epoch: 1, slot: 's', engine: 'fake', version: '1' },
      wish: () => ({ target, encryptionKey: key.toString('base64') }),
      known: saved,
      exact,
      initial: async () => null,
      async save(known) {
        saved = known
      },
      onBroken: (chain) => assert.fail(`${chain} is broken`),
      tell: (kind) => void events.push(kind),
      onChange: () => {},
    })
    exact = false
  }

  function end(): Promise<void> {
    const left = archiver?.left
    if (left) {
      saved = left
      exact = true
    }
    const closing = archiver?.close() ?? Promise.resolve()
    archiver = null
    return closing
  }

  async function act(one: Action): Promise<void> {
    begin()
    await delay(1)
    if (one.do === 'write') log.append(one.bytes)
    else if (one.do === 'wait') await clock.advance(one.ms)
    else if (one.do === 'store') store.failing = one.failing
    else if (one.do === 'break-stream') server?.breakStream()
    else if (one.do === 'close') await end()
    else if (one.do === 'crash-server') {
      server?.crash()
      server = null
      await end()
    } else if (one.do === 'kill-agent') {
      // Nothing of its memory is left.
      server?.crash()
      server = null
      void archiver?.close()
      archiver = null
      exact = false
    } else if (one.do === 'flush') await flushed()
    else await stopped()
  }

  async function flushed(): Promise<void> {
    const gone = new AbortController()
    const flushing = archiver?.flush(gone.signal).then(
      () => assertArchived(BigInt(log.bytes.length) + log.origin),
      () => {},
    )
    await clock.advance(100)
    gone.abort()
    await flushing
  }

  async function stopped(): Promise<void> {
    const finishing = archiver?.finish(2000)
    const stopping = server?.stop()
    const moving = (async () => {
      for (let n = 0; n < 10; n++) await clock.advance(300)
    })()
    const left = await finishing
    await Promise.all([stopping, moving])
    server = null
    archiver = null
    if (left?.complete) assertArchived(log.origin + BigInt(log.bytes.length))
    if (left) saved = left
    exact = left !== null && left !== undefined
  }

  function assertArchived(upTo: bigint): void {
    assert.ok(saved)
    const names = [...store.objects.keys()].filter((name) => name.startsWith(chainOf(saved as KnownArchive)))
    const ends = names.map((name) => BigInt(`0x${name.split('-').at(-2)}`))
    const last = ends.reduce((most, next) => (next > most ? next : most), log.origin)
    assert.ok(last >= upTo, `archived up to ${last}, not ${upTo}`)
  }

  /** Faults end: all that was written is in one chain without a gap, byte by byte. */
  async function settle(): Promise<void> {
    store.failing = 'no'
    begin()
    const late = AbortSignal.timeout(10_000)
    const flushing = archiver?.flush(late)
    for (let tries = 0; tries < 20; tries++) await clock.advance(2000)
    await flushing
    await end()
    assert.ok(saved)
    const known: KnownArchive = saved
    assert.ok(store.objects.has(`i/archive/${known.chain.chain}/chain.json`))
    let at = parseLsn(known.chain.startLsn)
    assert.equal(at, log.origin)
    for (const piece of await listPieces(store, chainOf(known))) {
      assert.ok(piece.start <= at, 'there is a gap')
      if (piece.end > at) at = piece.end
      const stored = store.objects.get(`${chainOf(known)}/${pieceName(piece)}`)
      assert.ok(stored)
      const frames: Buffer[] = []
      for await (const data of unpackPiece(piece, openBytes(key, stored))) frames.push(data)
      const [from, to] = [piece.start - log.origin, piece.end - log.origin].map(Number)
      assert.ok(Buffer.concat(frames).equals(log.bytes.subarray(from, to)), 'other bytes are stored')
    }
    assert.equal(at, log.origin + BigInt(log.bytes.length))
    assert.ok(!events.includes('archive.broken'), 'the chain was broken')
    const lags = events.filter((kind) => kind === 'archive.lagging').length
    assert.ok(events.filter((kind) => kind === 'archive.caught-up').length <= lags)
    assert.equal(share.completions !== undefined, true)
  }

  return { act, settle }
}

test('any history leaves one chain without a gap, and nothing is confirmed before it is stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 30 }), async (actions) => {
      const history = createHistory()
      for (const one of actions) await history.act(one)
      await history.settle()
    }),
    { numRuns: 60, endOnFailure: true },
  )
})
