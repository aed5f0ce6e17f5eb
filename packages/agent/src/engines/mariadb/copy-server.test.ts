import assert from 'node:assert/strict'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { as, type MariadbHost, makeMariadbHost, named } from '../../../test/mariadb-fixture.ts'
import { AgentFault } from '../../fault.ts'
import type { Server } from '../engine.ts'

const never = new AbortController().signal
let host: MariadbHost
before(async () => {
  host = await makeMariadbHost()
})
after(() => host.remove())

/** Moves amounts between accounts for as long as it is wanted; their sum never changes. */
async function moveMoney(server: Server, wanted: () => boolean): Promise<number> {
  return as(server, 'ada', 'main', async (client) => {
    let moved = 0
    while (wanted()) {
      await client.query('BEGIN')
      await client.query('UPDATE accounts SET amount = amount - 1 WHERE id = ?', [moved % 10])
      await client.query('UPDATE accounts SET amount = amount + 1 WHERE id = ?', [(moved + 3) % 10])
      await client.query('INSERT INTO moves (note) VALUES (REPEAT("x", 2000))')
      await client.query('COMMIT')
      moved++
    }
    return moved
  })
}

async function readMoney(client: Connection): Promise<{ sum: number; moves: number }> {
  const [[accounts] = []] = await client.query<RowDataPacket[]>('SELECT SUM(amount) AS sum FROM accounts')
  const [[moves] = []] = await client.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM moves')
  return { sum: Number(accounts?.sum), moves: Number(moves?.n) }
}

async function withAccounts(): Promise<Server> {
  const { server } = await host.fresh()
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client.query('CREATE TABLE accounts (id int PRIMARY KEY, amount int)')
    await client.query('CREATE TABLE moves (id int PRIMARY KEY AUTO_INCREMENT, note text)')
    for (let id = 0; id < 10; id++) await client.query('INSERT INTO accounts VALUES (?, 100)', [id])
  })
  return server
}

test('a copy of a server that is being written to is its state of one moment', async () => {
  const server = await withAccounts()
  let copying = true
  const moving = moveMoney(server, () => copying)
  const directory = host.directory(100)
  await mkdir(directory)
  await host.engine.restore(host.version, (await server.stream(never)).data, directory, never)
  copying = false
  const moved = await moving
  const copy = await host.start(directory, true)
  await copy.applyRoles([named('eve')], 20)
  await as(copy, 'eve', 'main', async (client) => {
    const { sum, moves } = await readMoney(client)
    assert.equal(sum, 1000)
    assert.ok(moves <= moved)
  })
  assert.ok((await copy.verify?.(never))?.relations)
  assert.notEqual((await copy.mark()).split(':')[0], (await server.mark()).split(':')[0])
  await Promise.all([copy.stop('immediate'), server.stop('immediate')])
  assert.deepEqual(
    (await readdir(directory)).filter((name) => /^xtrabackup|^backup-/.test(name)),
    [],
  )
})

test('two copies at once, with tables that come and go meanwhile', async () => {
  const server = await withAccounts()
  let copying = true
  const churning = as(server, 'ada', 'main', async (client) => {
    while (copying) {
      await client.query('CREATE TABLE churn (id int) AS SELECT 1 AS id')
      await client.query('ALTER TABLE churn ADD COLUMN more int, ADD INDEX (more)')
      await client.query('RENAME TABLE churn TO churned')
      await client.query('DROP TABLE churned')
    }
  })
  const copies = await Promise.all([
    buffer((await server.stream(never)).data),
    buffer((await server.stream(never)).data),
  ])
  copying = false
  await churning
  for (const [index, copy] of copies.entries()) {
    const directory = host.directory(200 + index)
    await host.engine.restore(host.version, Readable.from([copy]), directory, never)
    const restored = await host.start(directory, true)
    await restored.verify?.(never)
    await restored.stop('immediate')
  }
  await server.stop('immediate')
})

test('a copy that is cut off or changed is refused, and leaves nothing', async () => {
  const server = await withAccounts()
  const copy = await buffer((await server.stream(never)).data)
  await server.stop('immediate')
  const changed = Buffer.from(copy)
  const at = changed.indexOf('accounts.ibd') + 60
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
  const cutAtAPiece = copy.subarray(0, copy.lastIndexOf('XBSTCK01', copy.lastIndexOf('xtrabackup_info') - 40))
  const wrong = {
    changed,
    cutAtAPiece,
    half: copy.subarray(0, copy.length / 2),
    other: Buffer.from('x'),
    empty: Buffer.alloc(0),
  }
  for (const [name, data] of Object.entries(wrong)) {
    const directory = host.directory(300)
    await assert.rejects(
      host.engine.restore(host.version, Readable.from([data]), directory, never),
      (error) => error instanceof AgentFault && error.code === 'backup-corrupt',
      name,
    )
    for (const left of [directory, `${directory}.partial`]) await assert.rejects(stat(left), name)
  }
})

test('an aborted copy ends its program and leaves nothing beside the socket', async () => {
  const server = await withAccounts()
  if (!('path' in server.endpoint)) throw new Error('it listens on a socket')
  const beside = join(server.endpoint.path, '..')
  const abort = new AbortController()
  const { data } = await server.stream(abort.signal)
  data.once('data', () => abort.abort(new Error('enough')))
  await assert.rejects(buffer(data), /enough/)
  for (let tries = 0; (await readdir(beside)).some((name) => name.startsWith('copy-')); tries++) {
    assert.ok(tries < 500, 'its directory goes')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.deepEqual(await server.activity(), { sessions: 0, busy: 0 })
  await server.applyRoles([named('ada'), named('bob')], 20)
  await server.stop('fast')
})

test('what was acknowledged is there after a server was killed while it was written to', async () => {
  const { directory, server } = await host.fresh()
  await server.applyRoles([named('ada')], 20)
  const acknowledged: number[] = []
  await as(server, 'ada', 'main', (client) => client.query('CREATE TABLE kept (id int PRIMARY KEY)'))
  const writers = [0, 1, 2].map((writer) =>
    as(server, 'ada', 'main', async (client) => {
      for (let n = 0; ; n++) {
        await client.query('INSERT INTO kept VALUES (?)', [writer * 1_000_000 + n])
        acknowledged.push(writer * 1_000_000 + n)
      }
    }).catch(() => {}),
  )
  while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 5))
  process.kill(server.pid, 'SIGKILL')
  await Promise.all(writers)
  const again = await host.start(directory)
  await as(again, 'ada', 'main', async (client) => {
    const [rows] = await client.query<RowDataPacket[]>('SELECT id FROM kept')
    const there = new Set(rows.map((row) => row.id))
    assert.deepEqual(
      acknowledged.filter((id) => !there.has(id)),
      [],
    )
  })
  await again.stop('fast')
})

test('a new data directory is small', async () => {
  const directory = host.directory(400)
  await host.engine.initialize(host.version, directory)
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  assert.ok(bytes < 25 * 1024 * 1024, `${bytes} bytes`)
})
