import assert from 'node:assert/strict'
import { cp, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { asAgent } from '../../../../test/archive-fixture.ts'
import { damagePage } from '../../../../test/damage.ts'
import { makeTestHost, quiet, type TestHost } from '../../../../test/host-fixture.ts'
import { AgentFault } from '../../../fault.ts'
import type { Engine, Server } from '../../engine.ts'
import { createEngines } from '../../registry.ts'
import { login, scramRole } from '../contract-fixture.ts'

const resources = { size: 'nano', memoryMb: 256, settings: {} }
const signal = new AbortController().signal
let host: TestHost
let engine: Engine
let whole: string
const paths = new Map<string, string>()
let count = 0

async function start(directory: string, scratch = true): Promise<Server> {
  const runtimeDirectory = await host.socketDirectory()
  return engine.start({ version: '18', directory, runtimeDirectory, resources, scratch, log: quiet })
}

before(async () => {
  host = await makeTestHost()
  const made = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  assert.ok(made)
  engine = made
  whole = join(host.root, 'data', 'whole')
  await engine.initialize('18', whole)
  const server = await start(whole, false)
  await server.applyRoles([scramRole('ada', 'one')], 20)
  const ada = await login(server.endpoint, 'ada', 'one')
  await ada.query(`
    create table things (id int primary key, words text, tags int[], note text);
    insert into things select g, md5(g::text), array[g, g % 7], repeat(md5(g::text), 200)
      from generate_series(1, 5000) g;
    create index by_words on things (words);
    create index by_tags on things using gin (tags);
    create index by_hash on things using hash (words);
    create index by_block on things using brin (id);
    create table empty (id int);
    create unlogged table passing (id int);
    create materialized view seen as select count(*) from things;
    create table parted (id int) partition by range (id);
    create table part partition of parted for values from (0) to (10)`)
  await ada.query(
    'alter table things alter note set storage external; update things set note = note || id where id < 20',
  )
  // Names and functions that a check must not trip over.
  await ada.query(`
    create schema "Odd ""name"; create table "Odd ""name"."select" (id int primary key);
    create schema croft_verify; create function public.length(text) returns int language sql as 'select 0';
    create function fails(t text) returns text language plpgsql immutable
      as $$ begin if current_setting('application_name') = 'croft' then raise 'gone'; end if; return t; end $$;
    create index by_function on things (fails(words))`)
  await ada.query('create database second')
  await ada.query('create database closed allow_connections false')
  await ada.end()
  const agent = await asAgent(server, 'postgres')
  for (const name of ['things', 'by_words', 'by_tags', 'by_hash', 'things_id_seq']) {
    const { rows } = await agent.query<{ path: string | null }>(
      'select pg_relation_filepath(to_regclass($1)) as path',
      [name],
    )
    if (rows[0]?.path) paths.set(name, rows[0].path)
  }
  const toast = await agent.query<{ path: string }>(
    "select pg_relation_filepath(reltoastrelid) as path from pg_class where relname = 'things'",
  )
  paths.set('toast', toast.rows[0]?.path ?? '')
  const proc = await agent.query<{ path: string }>("select pg_relation_filepath('pg_proc_oid_index') as path")
  paths.set('catalog', proc.rows[0]?.path ?? '')
  await agent.end()
  await server.stop('fast')
})
after(async () => {
  await host?.remove()
})

/** Checks a copy that `damage` was done to. */
async function verify(damage: (directory: string) => Promise<void>, abort = signal) {
  const directory = join(host.root, 'data', `d${count++}`)
  await cp(whole, directory, { recursive: true, preserveTimestamps: true })
  if (host.runAs) {
    const { runCommand } = await import('../../../host/run-command.ts')
    const { uid, gid } = host.runAs
    await runCommand('chown', ['-R', `${uid}:${gid}`, directory], { user: null, cwd: '/', timeoutMs: 10_000 })
  }
  await damage(directory)
  const server = await start(directory)
  try {
    assert.ok(server.verify)
    return await server.verify(abort)
  } finally {
    await server.stop('immediate')
    await rm(directory, { recursive: true })
  }
}
const pathOf = (name: string) => paths.get(name) ?? assert.fail(name)

test('a whole server passes, with all its databases', async () => {
  const { relations, databases } = await verify(async () => {})
  // postgres, croft, template0, template1, second, closed.
  assert.equal(databases, 6)
  assert.ok(relations > 6 * 200, `${relations}`)
})

test('every kind of damage is found and named', async () => {
  const cases: Record<string, [(directory: string) => Promise<void>, RegExp]> = {
    'a page of a table': [
      (at) => damagePage(at, pathOf('things'), 3),
      /"postgres" .* table public\.things: .*block 3/,
    ],
    'a page of a btree': [(at) => damagePage(at, pathOf('by_words'), 2), /index public\.by_words: /],
    'a page of a GIN index': [(at) => damagePage(at, pathOf('by_tags'), 1), /index public\.by_tags: /],
    'a page of a hash index': [(at) => damagePage(at, pathOf('by_hash'), 2), /index public\.by_hash: /],
    'a page of what is stored outside': [(at) => damagePage(at, pathOf('toast'), 5), /TOAST|things/],
    'a page of a catalog': [(at) => damagePage(at, pathOf('catalog'), 1), /damaged in/],
    'a table’s file': [(at) => rm(join(at, pathOf('things'))), /things: could not open file/],
    'the end of an index': [(at) => truncate(join(at, pathOf('by_words')), 8192 * 4), /by_words/],
  }
  for (const [what, [damage, said]] of Object.entries(cases)) {
    await assert.rejects(
      verify(damage).then(() => assert.fail(what)),
      (error: unknown) => {
        assert.ok(error instanceof AgentFault, `${what}: ${error}`)
        assert.equal(error.code, 'data-corrupt', `${what}: ${error.message}`)
        assert.match(error.message, said, what)
        return true
      },
    )
  }
})

test('an index that lacks a row is found', async () => {
  const broken = async (directory: string) => {
    const server = await start(directory)
    const agent = await asAgent(server, 'postgres')
    // The index is told not to be kept, gets behind, and is told to be kept again.
    await agent.query("update pg_index set indisready = false where indexrelid = 'by_words'::regclass")
    await agent.query("insert into things values (10000, 'unseen')")
    await agent.query("update pg_index set indisready = true where indexrelid = 'by_words'::regclass")
    await agent.query('checkpoint')
    await agent.end()
    await server.stop('fast')
  }
  await assert.rejects(verify(broken), {
    code: 'data-corrupt',
    message: /by_words: .*lacks matching index tuple/,
  })
})

test('a check that is not wanted any more ends with the reason', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(new Error('enough')), 300)
  await assert.rejects(
    verify(async (directory) => {
      await rm(join(directory, 'pg_stat'), { recursive: true, force: true })
    }, abort.signal),
    /enough|missing/,
  )
})
