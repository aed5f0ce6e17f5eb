import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { RecoveryPoint } from '@croft/protocol'
import { asAgent, beginArchive, type HandmadeArchive } from '../../test/archive-fixture.ts'
import { makeTestHost, quiet, type TestHost } from '../../test/host-fixture.ts'
import { logKey, pieceName } from '../archive/piece-key.ts'
import { createDirectoryStore } from '../backups/targets/directory.ts'
import type { BackupStore } from '../backups/targets/target.ts'
import type { Engine, Server } from '../engines/engine.ts'
import { createEngines } from '../engines/registry.ts'
import { AgentFault } from '../fault.ts'
import { restoreBackup } from './restore-backup.ts'

const resources = { size: 'nano', memoryMb: 256, settings: { shared_buffers: '8MB', max_connections: '30' } }
const signal = new AbortController().signal
const encryptionKey = Buffer.alloc(32, 7).toString('base64')
const target = { type: 'directory', path: null } as const
const bases = new Map<string, Buffer>()
let host: TestHost
let engine: Engine
let store: BackupStore
let source: Server
let archive: HandmadeArchive
let flush: () => Promise<void> = async () => {}
let chainEnd: 'open' | number | null = 'open'
let count = 0
/** Moments after a commit of so many rows and before the next. */
const moments: string[] = []

const start = async (directory: string) =>
  engine.start({
    version: '18',
    directory,
    runtimeDirectory: await host.socketDirectory(),
    resources,
    log: quiet,
  })

async function moment(): Promise<string> {
  await delay(4)
  const at = new Date().toISOString()
  await delay(4)
  return at
}

before(async () => {
  host = await makeTestHost()
  const made = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  assert.ok(made)
  engine = made
  store = createDirectoryStore(join(host.root, 'store'), { create: true })
  const directory = join(host.root, 'data', 'source')
  await engine.initialize('18', directory)
  source = await start(directory)
  const key = Buffer.from(encryptionKey, 'base64')
  archive = await beginArchive({ server: source, directory, store, instanceId: 'i1', chain: 'e1-a', key })
  const client = await asAgent(source, 'postgres')
  await client.query('create table log (id int primary key)')
  moments.push(await moment())
  for (let id = 1; id <= 6; id++) {
    await client.query('insert into log values ($1)', [id])
    moments.push(await moment())
    await archive.cut()
    if (id === 2) await client.query("select pg_create_restore_point('croft:r2')")
    if (id === 3) bases.set('i1/b1', await buffer((await source.stream(signal)).data))
    // A large one crosses segments; what is rolled back leaves no row.
    if (id === 4)
      await client.query('create table big as select md5(g::text) from generate_series(1, 250000) g')
    if (id === 5) await client.query('begin; insert into log values (100); rollback')
  }
  await client.end()
  const initial = await engine.openInitial?.('18')
  assert.ok(initial)
  bases.set('initial', await buffer(await initial.open()))
})
after(async () => {
  await source?.stop('immediate')
  await host?.remove()
})

async function restore(
  key: string,
  until: RecoveryPoint,
  chain = 'e1-a',
  directory = join(host.root, 'data', `r${count++}`),
): Promise<string> {
  const origin = { type: 'backup' as const, backupId: null, key, target, encryptionKey }
  await restoreBackup(
    { ...origin, recovery: { instanceId: 'i1', chain, until } },
    {
      host: {
        log: quiet,
        openStore: () => store,
        flushArchive: () => flush(),
        chainEnd: () => chainEnd,
        async openBackup() {
          const base = bases.get(key)
          assert.ok(base)
          const manifest = key === 'i1/b1' ? { consistentAt: moments[3] ?? '' } : {}
          return { data: Readable.from([base]), sizeBytes: base.length, manifest }
        },
      },
      ...{ engine, version: '18', directory, signal },
      onProgress: (done, total) => assert.ok(done <= total),
    },
  )
  return directory
}

/** The rows of what is restored, and that it goes on from there. */
async function rowsOf(directory: string): Promise<number[]> {
  const server = await start(directory)
  try {
    const client = await asAgent(server, 'postgres')
    const { rows } = await client.query<{ id: number }>('select id from log order by id')
    await client.query('insert into log values (1000) on conflict do nothing')
    await client.query('checkpoint')
    const state = await client.query('select pg_is_in_recovery() as replaying')
    assert.equal(state.rows[0]?.replaying, false)
    await client.end()
    const left = (await readdir(directory)).filter((name) => /recovery|backup_label$/.test(name))
    assert.deepEqual(left, [])
    return rows.map(({ id }) => id)
  } finally {
    await server.stop('fast')
  }
}
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('every moment of an empty database’s life can be had from its beginning', async () => {
  for (const rows of [0, 1, 4, 6]) {
    const directory = await restore('initial', { type: 'time', at: moments[rows] ?? '' })
    assert.deepEqual(await rowsOf(directory), upTo(rows), `${rows} rows`)
  }
})

test('a moment, a mark and the end can be had from a backup made on the way', async () => {
  const at = (rows: number) => ({ type: 'time' as const, at: moments[rows] ?? '' })
  assert.deepEqual(await rowsOf(await restore('i1/b1', at(4))), upTo(4))
  assert.deepEqual(await rowsOf(await restore('initial', { type: 'mark', id: 'r2' })), upTo(2))
  assert.deepEqual(await rowsOf(await restore('i1/b1', { type: 'latest' })), upTo(6))
  // The last commit is before it and nothing comes after: all there is.
  assert.deepEqual(await rowsOf(await restore('i1/b1', at(6))), upTo(6))
})

test('what was restored is a database like others: it starts again, and can be copied, archived and restored', async () => {
  const directory = await restore('i1/b1', { type: 'time', at: moments[5] ?? '' })
  assert.deepEqual(await rowsOf(directory), upTo(5))
  const server = await start(directory)
  try {
    const second = { server, directory, store, instanceId: 'i1', chain: 'e2-b', key: null }
    const again = await beginArchive(second)
    bases.set('i1/b2', await buffer((await server.stream(signal)).data))
    const client = await asAgent(server, 'postgres')
    await client.query('insert into log values (2000)')
    await client.end()
    await again.cut()
  } finally {
    await server.stop('fast')
  }
  const rows = await rowsOf(await restore('i1/b2', { type: 'latest' }, 'e2-b'))
  assert.deepEqual(rows, [...upTo(5), 1000, 2000])
})

test('a server that is killed while it replays goes on with the next start', async () => {
  const directory = await restore('initial', { type: 'time', at: moments[5] ?? '' })
  // Killed before it answered, or just after.
  const starting = start(directory).then((server) => server.stop('immediate'))
  const ended = starting.catch(() => {})
  await delay(60)
  await engine.reap(directory)
  await ended
  const server = await start(directory)
  const client = await asAgent(server, 'postgres')
  const { rows } = await client.query('select max(id) as last from log')
  assert.equal(rows[0]?.last, 5)
  await client.end()
  await server.stop('immediate')
})

test('a mark that is not there, and a backup from after the moment, are told', async () => {
  const unknown = await restore('initial', { type: 'mark', id: 'r9' })
  await assert.rejects(start(unknown), { code: 'archive-incomplete' })
  const early = { type: 'time' as const, at: moments[1] ?? '' }
  await assert.rejects(restore('i1/b1', early), { code: 'backup-incompatible' })
})

test('what cannot be archived now matters only to moments after what is', async () => {
  flush = async () => {
    throw new AgentFault('target-unreachable', 'The target is away.')
  }
  try {
    const early = await restore('initial', { type: 'time', at: moments[2] ?? '' })
    assert.deepEqual(await rowsOf(early), upTo(2))
    const late = { type: 'time' as const, at: new Date(Date.now() + 1000).toISOString() }
    await assert.rejects(restore('initial', late), { code: 'target-unreachable' })
    await assert.rejects(restore('initial', { type: 'latest' }), { code: 'target-unreachable' })
    // What goes to another chain by now is not asked for.
    chainEnd = null
    assert.deepEqual(await rowsOf(await restore('initial', { type: 'latest' })), upTo(6))
  } finally {
    flush = async () => {}
    chainEnd = 'open'
  }
})

test('a chain that was broken off leads to no moment after its end, though nothing came after its last piece', async () => {
  const last = archive.pieces.at(-1)?.coversUntil ?? 0
  const at = { type: 'time' as const, at: new Date(last + 500).toISOString() }
  try {
    chainEnd = last + 499
    await assert.rejects(restore('initial', at), { code: 'archive-broken' })
    for (const end of [last + 500, null, 'open'] as const) {
      chainEnd = end
      assert.deepEqual(await rowsOf(await restore('initial', at)), upTo(6))
    }
  } finally {
    chainEnd = 'open'
  }
})

const asRoot = process.platform === 'linux' && process.getuid?.() === 0
test('a disk without room for the changes, or that fills up in the replay, is told as full', {
  skip: asRoot ? false : 'only root may mount a small disk',
}, async () => {
  const small = join(host.root, 'small')
  await mkdir(small)
  const mount = (size: string) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0711`, 'tmpfs', small]).status === 0
  const base = bases.get('initial')?.length ?? 0
  const until = { type: 'time' as const, at: moments[2] ?? '' }
  assert.ok(mount(`${Math.ceil(base / 1e6) - 8}m`))
  try {
    await assert.rejects(restore('initial', until, 'e1-a', join(small, 'a')), { code: 'disk-full' })
  } finally {
    spawnSync('umount', ['-l', small])
  }
  assert.ok(mount(`${Math.ceil(base / 1e6) + 90}m`))
  try {
    const directory = await restore('initial', until, 'e1-a', join(small, 'a'))
    await writeFile(join(small, 'ballast'), Buffer.alloc(128e6)).catch(() => {})
    await truncate(join(small, 'ballast'), (await stat(join(small, 'ballast'))).size - 500_000)
    await assert.rejects(start(directory), { code: 'disk-full' })
    await rm(join(small, 'ballast'))
    // It goes on once there is room.
    assert.deepEqual(await rowsOf(directory), upTo(2))
  } finally {
    spawnSync('umount', ['-l', small])
  }
})

test('a lost piece is told with its place, and does not matter before it', async () => {
  const lost = archive.pieces[3]
  assert.ok(lost)
  await store.remove(`${logKey('i1', 'e1-a')}/${pieceName(lost)}`)
  await assert.rejects(restore('initial', { type: 'latest' }), (error: unknown) => {
    assert.ok(error instanceof AgentFault)
    assert.equal(error.code, 'archive-broken')
    assert.match(error.message, /hole from 0\/\w+ to 0\/\w+; .*20\d\d-/)
    return true
  })
  const early = await restore('initial', { type: 'time', at: moments[2] ?? '' })
  assert.deepEqual(await rowsOf(early), upTo(2))
  await rm(early, { recursive: true })
})
