import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { createFakeClock } from '../../test/fake-host.ts'
import { createFakeLog } from '../../test/fake-log.ts'
import { createMemoryStore } from '../../test/memory-store.ts'
import type { Server } from '../engines/engine.ts'
import { createArchiveShare } from './archive-share.ts'
import { createArchiver } from './archiver.ts'
import { createChainWriter } from './chain-writer.ts'
import { listPieces } from './list-pieces.ts'
import { logKey } from './piece-key.ts'

// The real archiver; log, store and clock are fakes.

const target = { type: 'directory', path: null } as const

function begin() {
  const clock = createFakeClock()
  const log = createFakeLog()
  const store = createMemoryStore()
  const puts: string[] = []
  const put = store.put.bind(store)
  store.put = (key, ...rest) => {
    puts.push(key)
    return put(key, ...rest)
  }
  log.append(100)
  const server = log.serve()
  const broken: { chain: string; archivedAt: number }[] = []
  const archiver = createArchiver({
    clock,
    log: pino({ level: 'silent' }),
    share: createArchiveShare(clock, () => store),
    // What else a server can do is not asked of it.
    server: server as unknown as Server,
    owner: { instanceId: 'i', epoch: 1, slot: 's', engine: 'fake', version: '1' },
    wish: () => ({ target }),
    known: null,
    exact: false,
    initial: async () => null,
    save: async () => {},
    onBroken: (chain, archivedAt) => void broken.push({ chain, archivedAt }),
    tell: () => {},
    onChange: () => {},
  })
  const settle = async (ms: number) => {
    for (let n = 0; n < 5; n++) await delay(1)
    await clock.advance(ms)
    for (let n = 0; n < 5; n++) await delay(1)
  }
  return { clock, log, store, puts, server, archiver, broken, settle }
}

test('a new chain leads nowhere before all is stored that was durable when it began', async () => {
  const { archiver, settle } = begin()
  await settle(0)
  const early = archiver.known
  assert.ok(early)
  assert.ok(early.archivedAt < early.chain.startedAt, 'nothing of it is archived')
  await settle(2000)
  const later = archiver.known
  assert.ok(later && later.archivedAt >= later.chain.startedAt)
  await archiver.close()
})

test('a flush is not content with a chain that begins after what it was asked for', async () => {
  const { log, server, archiver, broken, settle } = begin()
  await settle(2000)
  const first = await archiver.flush(AbortSignal.timeout(1000))
  assert.equal(first.chain, archiver.known?.chain.chain)
  server.breakStream()
  await settle(0)
  log.append(50)
  const flushing = archiver.flush(AbortSignal.timeout(5000))
  const refused = assert.rejects(flushing, { code: 'archive-broken' })
  await settle(0)
  // Dropped before it was archived, with more that came since.
  log.append(50)
  log.confirmed = log.origin + BigInt(log.bytes.length)
  for (let n = 0; n < 5; n++) await settle(1000)
  await refused
  assert.deepEqual(
    broken.map(({ chain }) => chain),
    [first.chain],
  )
  assert.notEqual((await archiver.flush(AbortSignal.timeout(1000))).chain, first.chain)
  await archiver.close()
})

test('while the target is away, changes do not cut its pauses short, and all are stored when it is back', async () => {
  const { log, store, puts, archiver, settle } = begin()
  await settle(2000)
  store.failing = 'before'
  log.append(10)
  await settle(2000)
  // Pauses are long by now.
  for (let n = 0; n < 6; n++) await settle(10_000)
  const tries = puts.length
  for (let n = 0; n < 20; n++) {
    log.append(100_000)
    await settle(1)
  }
  assert.equal(puts.length, tries)
  store.failing = 'no'
  archiver.retry()
  for (let n = 0; n < 20; n++) await settle(3000)
  const pieces = await listPieces(store, logKey('i', archiver.known?.chain.chain ?? ''))
  assert.equal(pieces.at(-1)?.end, log.origin + BigInt(log.bytes.length))
  await archiver.close()
})

test('few changes wait in memory for a target that is away', async () => {
  const { archiver, clock, store, settle } = begin()
  await settle(2000)
  const chain = archiver.known?.chain
  assert.ok(chain)
  const writer = createChainWriter({
    clock,
    log: pino({ level: 'silent' }),
    share: createArchiveShare(clock, () => store),
    store: () => store,
    ...{ key: null, chain, from: 0n, archivedAt: 0, small: [], superseded: [], prepare: null },
    ...{ onPrepared() {}, onStored() {}, onFailure() {} },
  })
  const add = (bytes: number) => {
    const start = writer.received
    writer.add({ start, data: Buffer.alloc(bytes), serverEnd: start + BigInt(bytes), sentAt: Date.now() })
  }
  add(1_000_000)
  assert.ok(writer.hasRoom)
  store.failing = 'before'
  await settle(2000)
  assert.ok(writer.fault && writer.hasRoom)
  add(256 * 1024)
  assert.ok(!writer.hasRoom)
  const room = writer.room()
  store.failing = 'no'
  writer.retry()
  await settle(0)
  await room
  assert.ok(writer.hasRoom)
  await writer.close()
  await archiver.close()
})
