import assert from 'node:assert/strict'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { asAgent } from '../../../test/archive-fixture.ts'
import { damagePage } from '../../../test/damage.ts'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import type { DamagedPage, Engine, Server } from '../engine.ts'
import { createEngines } from '../registry.ts'
import { login, scramRole } from './contract-fixture.ts'
import { parseDamage } from './damaged-page.ts'

const resources = { size: 'nano', memoryMb: 256, settings: {} }
let host: TestHost
let engine: Engine
let server: Server
let directory: string
const start = async () => {
  const runtimeDirectory = await host.socketDirectory()
  server = await engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })
  const pages: DamagedPage[] = []
  server.onDamage?.((page) => pages.push(page))
  return pages
}
const until = async (condition: () => boolean) => {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 500, 'it never came to that')
    await delay(10)
  }
}

before(async () => {
  host = await makeTestHost()
  const made = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet, archiveReserveMb: 64 })
  const found = made.get('postgres')
  assert.ok(found)
  engine = found
  directory = join(host.root, 'data', 'a')
  await engine.initialize('18', directory)
  await start()
  await server.applyRoles([scramRole('ada', 'one')], 20)
})
after(async () => {
  await server?.stop('immediate')
  await host?.remove()
})

test('pages damaged while a database slept are told by name when a client meets them', async () => {
  let ada = await login(server.endpoint, 'ada', 'one')
  await ada.query(
    'create table things as select g as id, md5(g::text) as words from generate_series(1, 5000) g',
  )
  await ada.query('create index by_id on things (id)')
  await ada.query('create table cut (id int primary key); insert into cut select generate_series(1, 1000)')
  await ada.end()
  const agent = await asAgent(server, 'postgres')
  const { rows } = await agent.query<{ things: string; index: string; cut: string }>(
    `select pg_relation_filepath('things') as things, pg_relation_filepath('by_id') as index,
            pg_relation_filepath('cut') as cut`,
  )
  await agent.end()
  await server.stop('fast')
  const [paths] = rows
  assert.ok(paths)
  await damagePage(directory, paths.things, 3)
  await damagePage(directory, paths.index, 2)
  await truncate(join(directory, paths.cut), 2 * 8192)

  const pages = await start()
  ada = await login(server.endpoint, 'ada', 'one')
  const damaged = { code: 'XX001' }
  await assert.rejects(ada.query('select sum(length(words)) from things'), damaged)
  await assert.rejects(ada.query('select sum(length(words)) from things'), damaged)
  await ada.query('set enable_seqscan = off; set enable_bitmapscan = off')
  await assert.rejects(ada.query('select count(*) from things where id = 500'), damaged)
  await assert.rejects(ada.query('select * from cut where id = 900'), damaged)
  await until(() => pages.length >= 3)
  await server.usage()
  assert.deepEqual(pages, [
    { database: 'postgres', relation: 'public.things', block: 3 },
    { database: 'postgres', relation: 'public.by_id', block: 2 },
    { database: 'postgres', relation: 'public.cut', block: 3 },
  ])
  await ada.end()
})

test('what a client writes into the log itself is no damage', async () => {
  await server.stop('fast')
  const pages = await start()
  const ada = await login(server.endpoint, 'ada', 'one', 'postgres')
  await ada.query('create database other')
  await ada.end()
  const forger = await login(server.endpoint, 'ada', 'one', 'other')
  const { rows } = await forger.query<{ oid: string }>(
    'select oid from pg_database where datname = current_database()',
  )
  for (const text of [
    `invalid page in block 1 of relation "base/${rows[0]?.oid}/1259"`,
    `could not read blocks 1..1 in file "base/${rows[0]?.oid}/99999": read only 0 of 8192 bytes`,
  ]) {
    await forger.query(`do $$ begin raise log '${text}'; end $$`)
  }
  await forger.end()
  await delay(200)
  await server.usage()
  assert.deepEqual(pages, [])
})

test('the words of every version are understood', () => {
  const page = { database: '5', filenode: '16432', block: 3, counted: true }
  assert.deepEqual(parseDamage('invalid page in block 3 of relation base/5/16432'), page)
  assert.deepEqual(parseDamage('invalid page in block 3 of relation "base/5/16432_vm"'), page)
  assert.deepEqual(parseDamage('invalid page in block 7 of relation global/1262'), {
    ...page,
    ...{ database: null, filenode: '1262', block: 7 },
  })
  const read = 'could not read blocks 4..7 in file "base/5/16432.1": read only 0 of 32768 bytes'
  assert.deepEqual(parseDamage(read), { ...page, block: 4, counted: false })
  assert.equal(parseDamage('page verification failed, calculated checksum 1 but expected 2'), undefined)
})
