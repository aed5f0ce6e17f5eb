import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import {
  initialize,
  makeScratch,
  owner,
  type PostgresProcess,
  startPostgres,
} from '../../../../test/backup-fixture.ts'
import { quiet } from '../../../../test/host-fixture.ts'
import { restoreData } from '../restore-data.ts'
import { applyIncrement } from './apply-increment.ts'
import { streamCopy } from './stream-copy.ts'

const signal = new AbortController().signal
let scratch: Awaited<ReturnType<typeof makeScratch>>
let source: PostgresProcess
let client: pg.Client

before(async () => {
  scratch = await makeScratch()
  await initialize(join(scratch.path, 'data'))
  source = await startPostgres(join(scratch.path, 'data'), { summarize_wal: 'on', autovacuum: 'off' })
  client = await source.connect()
})
after(async () => {
  await client?.end()
  await source?.stop()
  await scratch?.remove()
})

interface Taken {
  readonly bytes: Buffer
  readonly manifest: Buffer
  readonly kind: 'full' | 'incremental' | undefined
  readonly start: bigint
  readonly end: bigint
}

async function take(parent?: Buffer, server = source): Promise<Taken> {
  const copy = await streamCopy(
    { socketPath: server.socketPath, user: 'postgres', log: quiet },
    signal,
    parent,
  )
  const bytes = await buffer(copy.data)
  const log = await copy.log
  assert.ok(log)
  return { bytes, manifest: log.manifest, kind: copy.kind, start: log.start, end: log.end }
}

async function restore(name: string, full: Taken, ...increments: Taken[]): Promise<string> {
  const directory = join(scratch.path, name)
  await restoreData(Readable.from([full.bytes]), directory, owner, signal)
  for (const one of increments) await applyIncrement(Readable.from(cut(one.bytes)), directory, owner, signal)
  return directory
}

/** In pieces that fit nothing. */
function* cut(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 77_777) yield bytes.subarray(at, at + 77_777)
}

const content = `
  select (select coalesce(md5(string_agg(id || text, null order by id)), '') from grown) as grown,
         (select count(*)::int from emptied) as emptied,
         (select coalesce(md5(string_agg(id || text, null order by id)), '') from refilled) as refilled,
         (select md5(string_agg(id || text, null order by id)) from changed) as changed,
         (select coalesce(md5(string_agg(id || text, null order by id)), '') from shrunk) as shrunk,
         to_regclass('dropped') is null as dropped, to_regclass('created')::text as created`

/** Reads every page of every relation, and every index against its table. */
async function check(one: pg.Client): Promise<unknown> {
  await one.query('create extension if not exists amcheck')
  await one.query(`select bt_index_parent_check(c.oid, true) from pg_class c join pg_am a on a.oid = c.relam
    where c.relkind = 'i' and a.amname = 'btree'`)
  const ill = await one.query(`select c.relname, v.* from pg_class c, verify_heapam(c.oid) v
    where c.relkind in ('r', 't', 'm')`)
  assert.deepEqual(ill.rows, [])
  return (await one.query(content)).rows[0]
}

async function contentOf(directory: string): Promise<unknown> {
  const server = await startPostgres(directory)
  try {
    const one = await server.connect()
    const found = await check(one)
    await one.end()
    return found
  } finally {
    await server.stop()
  }
}

const rows = (from: number, to: number) =>
  `select g as id, repeat(md5(g::text), 6) as text from generate_series(${from}, ${to}) g`

test('a full copy and increments of it make what the server had at each of them', async () => {
  for (const table of ['grown', 'emptied', 'refilled', 'changed', 'shrunk', 'dropped']) {
    await client.query(`create table ${table} as ${rows(1, 8000)}`)
    await client.query(`create index on ${table} (id)`)
  }
  const full = await take()
  assert.equal(full.kind, 'full')
  assert.ok(full.start <= full.end)

  await client.query(`insert into grown ${rows(8001, 16_000)}`)
  await client.query('truncate emptied')
  await client.query(`truncate refilled`)
  await client.query(`insert into refilled ${rows(7, 900)}`)
  await client.query(`update changed set text = upper(text) where id % 500 = 0`)
  await client.query('delete from shrunk where id > 2000')
  await client.query('vacuum (truncate) shrunk')
  await client.query('drop table dropped')
  await client.query(`create table created as ${rows(1, 3000)}`)
  const first = await take(full.manifest)
  assert.equal(first.kind, 'incremental')
  assert.ok(first.bytes.length < full.bytes.length * 0.8, `${first.bytes.length} of ${full.bytes.length}`)
  const wanted1 = (await client.query(content)).rows[0]

  await client.query(`insert into shrunk ${rows(50_000, 51_000)}`)
  await client.query('delete from grown where id > 12000')
  await client.query('vacuum (truncate, freeze) grown')
  await client.query('vacuum full changed')
  await client.query(`insert into emptied ${rows(1, 10)}`)
  const second = await take(first.manifest)
  assert.equal(second.kind, 'incremental')
  const wanted2 = (await client.query(content)).rows[0]

  await client.query('delete from grown where id > 4000')
  await client.query('vacuum (truncate) grown')
  await client.query(`insert into grown ${rows(90_000, 90_500)}`)
  const third = await take(second.manifest)
  const wanted3 = (await client.query(content)).rows[0]

  assert.deepEqual(await contentOf(await restore('r1', full, first)), wanted1)
  assert.deepEqual(await contentOf(await restore('r2', full, first, second)), wanted2)
  assert.deepEqual(await contentOf(await restore('r3', full, first, second, third)), wanted3)
  await client.query('drop table created')

  const wrong: Record<string, [Taken, Taken[]]> = {
    'one left out': [full, [second]],
    'one twice': [full, [first, first]],
    'a full one instead': [full, [full]],
  }
  for (const [what, [base, increments]] of Object.entries(wrong)) {
    await assert.rejects(restore('wrong', base, ...increments), { code: 'backup-corrupt' }, what)
    assert.deepEqual(
      (await readdir(scratch.path)).filter((name) => name.startsWith('wrong')),
      [],
      what,
    )
  }
  const patch = first.bytes.indexOf('INCREMENTAL.')
  const header = first.bytes.lastIndexOf('base/', patch) + 512
  const control = first.bytes.indexOf('global/pg_control\0') + 512
  for (const at of [header, header + 4, header + 8, header + 9000, control + 100]) {
    const bytes = Buffer.from(first.bytes)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await assert.rejects(restore('wrong', full, { ...first, bytes }), { code: 'backup-corrupt' }, `${at}`)
  }
  const short = { ...first, bytes: first.bytes.subarray(0, header + 9000) }
  await assert.rejects(restore('wrong', full, short), { code: 'backup-corrupt' })
  assert.deepEqual(
    (await readdir(scratch.path)).filter((name) => name.startsWith('wrong')),
    [],
  )
})

test('a copy that cannot be incremental is a full one', async () => {
  const full = await take()
  assert.equal((await take(Buffer.from('{"no": "manifest"}'))).kind, 'full')
  const other = join(scratch.path, 'other')
  await initialize(other)
  const plain = await startPostgres(other)
  try {
    const foreign = await take(full.manifest, plain)
    assert.equal(foreign.kind, 'full')
    const again = await take(foreign.manifest, plain)
    assert.equal(again.kind, 'full', 'it keeps no account of changes')
  } finally {
    await plain.stop()
  }
})
