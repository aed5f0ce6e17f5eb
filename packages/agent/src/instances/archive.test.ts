import assert from 'node:assert/strict'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ObservedArchive, RecoveryPoint } from '@croft/protocol'
import { type ArchivedHost, assertGapless, createArchivedHost } from '../../test/archived-host.ts'
import { parseLsn } from '../archive/lsn.ts'
import { markRestorePoint } from '../tasks/mark-restore-point.ts'

let host: ArchivedHost
before(async () => {
  host = await createArchivedHost({ reserveMb: 64 })
})
after(() => host.close())

const soon = () => AbortSignal.timeout(15_000)
const table = 'create table t (n int)'
const insert = (n: number) => `insert into t values (${n})`

/** An instance of its own, with a target of its own. */
async function begin(id: string, idleTimeoutSeconds = 3600) {
  const path = await host.directory()
  host.want({ id, idleTimeoutSeconds, archive: { target: { type: 'directory', path } } })
  await host.ready(id)
  return { path, archive: await streaming(id) }
}

function streaming(id: string, other: ObservedArchive | null = null): Promise<ObservedArchive> {
  return host.until(() => {
    const seen = host.observed.get(id)
    // One that sleeps after a second may be asleep again before anybody looks.
    const isDone = seen?.power === 'asleep' && seen.archive?.state === 'complete'
    const isStreaming = seen?.power === 'running' && seen.archive?.state === 'streaming'
    const archive = isDone || isStreaming ? seen.archive : undefined
    return archive && archive.chain !== other?.chain ? archive : undefined
  })
}

const completed = (id: string) =>
  host.until(() => {
    const seen = host.observed.get(id)
    return seen?.power === 'asleep' && seen.archive?.state === 'complete' ? seen.archive : undefined
  })

const flush = (id: string) => host.instances.flushArchive(id, soon())
const archiveEvents = (id: string) =>
  host.events.flatMap(({ kind, instanceId }) =>
    instanceId === id && kind.startsWith('archive') ? [kind] : [],
  )

async function numbers(id: string): Promise<number[]> {
  return (await host.sql(id, 'select n from t order by n')).map((row) => Number(row.n))
}

let copies = 0

/** Restores the end of a chain to another instance and gives the numbers in its table. */
async function restored(
  id: string,
  { chain, baseKey }: ObservedArchive,
  path: string,
  until: RecoveryPoint = { type: 'latest' },
): Promise<number[]> {
  assert.ok(baseKey)
  copies += 1
  const copy = `${id}-copy-${copies}`
  const recovery = { instanceId: id, chain, until }
  const target = { type: 'directory', path } as const
  host.want({ id: copy, origin: { type: 'backup', backupId: null, key: baseKey, target, recovery } })
  await host.ready(copy)
  const found = await numbers(copy)
  host.want({ id: copy, presence: 'absent' })
  return found
}

async function assertWhole(id: string): Promise<void> {
  const archive = host.observed.get(id)?.archive
  assert.ok(archive)
  assertGapless(await host.pieces(id), parseLsn(archive.startLsn))
}

/** Nothing can be stored until it is called. */
async function takeAway(path: string): Promise<() => Promise<void>> {
  await rename(path, `${path}-away`)
  await writeFile(path, 'no directory')
  return async () => {
    await rm(path)
    await rename(`${path}-away`, path)
  }
}

// What takes seconds of waiting runs beside the rest.
describe('one host, many databases', { concurrency: 4 }, () => {
  test('an empty database is archived from its first byte on, and restored from its template', async () => {
    const { path, archive } = await begin('empty')
    await host.sql('empty', table, insert(1), insert(2))
    await flush('empty')
    assert.match(archive.baseKey ?? '', /^templates\/\d+$/)
    assert.deepEqual(await restored('empty', archive, path), [1, 2])
    await assertWhole('empty')
  })

  test('a server that sleeps has archived all, down to its last checkpoint', async () => {
    const { path, archive } = await begin('sleepy', 1)
    await host.sql('sleepy', table, insert(1))
    await completed('sleepy')
    assert.deepEqual(await restored('sleepy', archive, path), [1])
    assert.equal(host.observed.get('sleepy')?.power, 'asleep', 'it was woken though its archive is complete')
    await host.sql('sleepy', insert(2))
    await flush('sleepy')
    assert.equal((await completed('sleepy')).chain, archive.chain)
    assert.deepEqual(await restored('sleepy', archive, path), [1, 2])
    await assertWhole('sleepy')
  })

  test('a target that is away is told, keeps the server awake, and is caught up with', async () => {
    const path = await host.directory()
    const giveBack = await takeAway(path)
    host.want({ id: 'away', idleTimeoutSeconds: 1, archive: { target: { type: 'directory', path } } })
    await host.until(() => archiveEvents('away').includes('archive.lagging'))
    const seen = host.observed.get('away')
    assert.equal(seen?.archive?.state, 'lagging')
    assert.equal(seen?.archive?.fault?.code, 'target-unreachable')
    assert.equal(seen?.power, 'running')
    await giveBack()
    await completed('away')
    assert.deepEqual(archiveEvents('away'), ['archive.lagging', 'archive.caught-up'])
  })

  test('changes beyond the reserve are dropped, which is told, and another chain begins', async () => {
    const { path, archive } = await begin('reserve')
    await host.sql('reserve', table, insert(1))
    await flush('reserve')
    const giveBack = await takeAway(path)
    for (let n = 0; n < 8; n++) {
      const fill = 'create table big as select md5(g::text) as v from generate_series(1, 200000) g'
      await host.sql('reserve', fill, 'drop table big', 'select pg_switch_wal()', 'checkpoint')
    }
    const slot = 'select wal_status from pg_replication_slots'
    await host.until(async () => (await host.sql('reserve', slot))[0]?.wal_status === 'lost')
    await giveBack()
    const next = await streaming('reserve', archive)
    const broken = host.events.find(
      ({ kind, instanceId }) => kind === 'archive.broken' && instanceId === 'reserve',
    )
    assert.equal(broken?.detail.chain, archive.chain)
    assert.equal(broken?.detail.newChain, next.chain)
    assert.equal(next.baseKey, null)
    await host.sql('reserve', insert(2))
    await flush('reserve')
    await assertWhole('reserve')
  })

  test('another key begins another chain; without a wish nothing is held back', async () => {
    const { path, archive } = await begin('rekeyed')
    const target = { type: 'directory', path } as const
    const encryptionKey = Buffer.alloc(32, 3).toString('base64')
    host.want({ id: 'rekeyed', archive: { target, encryptionKey } })
    const next = await streaming('rekeyed', archive)
    const manifest = join(path, 'rekeyed', 'archive', next.chain, 'chain.json')
    assert.equal(JSON.parse(await readFile(manifest, 'utf8')).encrypted, true)
    await host.sql('rekeyed', table)
    await flush('rekeyed')
    await assertWhole('rekeyed')
    const { archive: _, ...bare } = host.want({ id: 'rekeyed' })
    host.instances.apply({
      type: 'desired',
      full: false,
      instances: [{ ...bare, revision: bare.revision + 1 }],
    })
    const slots = 'select 1 from pg_replication_slots'
    await host.until(async () => (await host.sql('rekeyed', slots)).length === 0)
    await host.until(() => host.observed.get('rekeyed')?.archive === undefined)
  })

  test('a restore in place archives the old data to its end, and begins a chain for the new', async () => {
    const { path, archive } = await begin('undone')
    await host.sql('undone', table, insert(1))
    const recovery = { instanceId: 'undone', chain: archive.chain, until: { type: 'latest' } } as const
    const target = { type: 'directory', path } as const
    const origin = { type: 'backup', backupId: null, key: archive.baseKey ?? '', target, recovery } as const
    host.want({ id: 'undone', epoch: 2, origin })
    await host.ready('undone')
    const next = await streaming('undone', archive)
    assert.deepEqual({ epoch: next.epoch, baseKey: next.baseKey }, { epoch: 2, baseKey: null })
    assert.deepEqual(await numbers('undone'), [1])
    await host.sql('undone', insert(2))
    await flush('undone')
    await assertWhole('undone')
  })

  test('a deleted database can be brought back to its last commit', async () => {
    const { path, archive } = await begin('deleted')
    await host.sql('deleted', table, insert(1), insert(2))
    host.want({ id: 'deleted', presence: 'absent' })
    await host.until(() => host.observed.get('deleted')?.status === 'absent')
    assert.deepEqual(await restored('deleted', archive, path), [1, 2])
  })

  test('what is lost with a database that is deleted while its target is away is told', async () => {
    const { path, archive } = await begin('lost')
    await host.sql('lost', table)
    await flush('lost')
    const giveBack = await takeAway(path)
    await host.sql('lost', insert(1))
    host.want({ id: 'lost', presence: 'absent' })
    await host.until(() => host.observed.get('lost')?.status === 'absent')
    await giveBack()
    const { detail } =
      host.events.find((one) => one.kind === 'archive.broken' && one.instanceId === 'lost') ?? {}
    assert.equal(detail?.chain, archive.chain)
    assert.ok(String(detail?.from) < String(detail?.to))
  })

  test('an idle database makes no pieces and no reports', async () => {
    await begin('idle', 0)
    await host.sql('idle', table, 'checkpoint')
    await flush('idle')
    await delay(200)
    const pieces = await host.pieces('idle')
    const seen = host.observed.get('idle')
    await delay(2500)
    assert.deepEqual(await host.pieces('idle'), pieces)
    assert.equal(host.observed.get('idle'), seen)
  })

  test('a mark is archived when it is told, and can be restored to', async () => {
    const { path, archive } = await begin('marked')
    await host.sql('marked', table, insert(1))
    const task = { id: 't', kind: 'mark-restore-point', instanceId: 'marked', restorePointId: 'p1' } as const
    const mark = await markRestorePoint(task, host.instances.find('marked'), soon())
    assert.equal(mark.chain, archive.chain)
    await host.sql('marked', insert(2))
    assert.deepEqual(await restored('marked', archive, path, { type: 'mark', id: 'p1' }), [1])
    const end = assertGapless(await host.pieces('marked'), parseLsn(archive.startLsn))
    assert.ok(end >= parseLsn(mark.lsn))
  })
})

test('a server that is killed goes on in its chain, and so does one whose agent is killed', async () => {
  const { path, archive } = await begin('killed', 0)
  await host.sql('killed', table, insert(1))
  process.kill(host.instances.find('killed')?.server?.pid ?? 0, 'SIGKILL')
  await host.until(() =>
    host.events.some(({ kind, instanceId }) => kind === 'instance.restarted' && instanceId === 'killed'),
  )
  await host.sql('killed', insert(2))
  await host.restart('at-once')
  await host.sql('killed', insert(3))
  await flush('killed')
  assert.equal((await streaming('killed')).chain, archive.chain)
  assert.deepEqual(await restored('killed', archive, path), [1, 2, 3])
  await assertWhole('killed')
})

test('what a killed agent left unarchived is completed by the next, and the server sleeps again', async () => {
  const { path, archive } = await begin('left')
  await host.sql('left', table, insert(1))
  await host.restart('at-once')
  assert.equal(host.observed.get('left')?.archive?.state, 'incomplete')
  assert.equal((await completed('left')).chain, archive.chain)
  assert.deepEqual(await restored('left', archive, path), [1])
})

test('a stop of the agent does not wait for a target that does not answer', async () => {
  const { path, archive } = await begin('stopped')
  await host.sql('stopped', table, insert(1))
  await flush('stopped')
  const giveBack = await takeAway(path)
  await host.sql('stopped', insert(2))
  await host.restart('orderly')
  assert.equal(host.observed.get('stopped')?.archive?.state, 'incomplete')
  await giveBack()
  await completed('stopped')
  assert.deepEqual(await restored('stopped', archive, path), [1, 2])
})
