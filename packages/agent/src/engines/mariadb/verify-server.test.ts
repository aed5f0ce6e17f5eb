import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { as, type MariadbHost, makeMariadbHost, named } from '../../../test/mariadb-fixture.ts'
import { AgentFault } from '../../fault.ts'
import type { DamagedPage } from '../engine.ts'

const never = new AbortController().signal
const pageBytes = 16_384
let host: MariadbHost
before(async () => {
  host = await makeMariadbHost()
})
after(() => host.remove())

/** A stopped server with a table of many pages and one with an index. */
async function withTables(): Promise<string> {
  const { directory, server } = await host.fresh()
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client.query(
      'CREATE TABLE large (id int PRIMARY KEY AUTO_INCREMENT, text varchar(200), KEY (text))',
    )
    await client.query("INSERT INTO large (text) SELECT REPEAT('x', 200) FROM seq_1_to_2000")
  })
  await server.stop('fast')
  return directory
}

async function damage(directory: string, page: number): Promise<void> {
  const file = await open(join(directory, 'main', 'large.ibd'), 'r+')
  await file.write(Buffer.alloc(200, 0xab), 0, 200, page * pageBytes + 6000)
  await file.close()
}

test('sound data is verified', async () => {
  const server = await host.start(await withTables(), true)
  assert.ok(((await server.verify?.(never))?.relations ?? 0) > 1)
  await server.stop('immediate')
})

test('a damaged page is found by verification, and told when a client comes upon it', async () => {
  const directory = await withTables()
  await damage(directory, 8)
  const scratch = await host.start(directory, true)
  await assert.rejects(
    scratch.verify?.(never) ?? Promise.resolve(),
    (error) => error instanceof AgentFault && error.code === 'data-corrupt' && /large/.test(error.message),
  )
  await scratch.stop('immediate')

  const server = await host.start(directory)
  const told = new Promise<DamagedPage>((resolve) => server.onDamage?.(resolve))
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client
      .query('SELECT COUNT(*) FROM large FORCE INDEX (PRIMARY) WHERE text LIKE "%y"')
      .catch(() => {})
    await client.query('SELECT COUNT(*) FROM large FORCE INDEX (text) WHERE text LIKE "%y"').catch(() => {})
  })
  const { database, relation, block } = await told
  assert.deepEqual({ database, relation, block }, { database: 'main', relation: 'large', block: 8 })
  await server.stop('immediate')
})

test('a copy of damaged data fails', async () => {
  const directory = await withTables()
  await damage(directory, 8)
  const server = await host.start(directory)
  const { data } = await server.stream(never)
  await assert.rejects(
    data.resume().toArray(),
    (error) => error instanceof AgentFault && error.code === 'data-corrupt',
  )
  await server.stop('immediate')
})

test('data without its system tables or its InnoDB files does not start, and says so', async () => {
  const directory = await withTables()
  const file = await open(join(directory, 'ibdata1'), 'r+')
  await file.truncate(pageBytes)
  await file.close()
  await assert.rejects(
    host.start(directory),
    (error) => error instanceof AgentFault && /damaged or incomplete/.test(error.message),
  )
})
