import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import { AgentFault } from '../../fault.ts'
import type { Engine, LogChange, LogStream, Server } from '../engine.ts'
import { createEngines } from '../registry.ts'
import { agentDatabase, agentRole } from './access.ts'
import { login, scramRole } from './contract-fixture.ts'

const resources = { size: 'nano', memoryMb: 256, settings: { shared_buffers: '8MB', max_connections: '20' } }
let host: TestHost
let engine: Engine
let directory: string
let server: Server

async function start(): Promise<Server> {
  const runtimeDirectory = await host.socketDirectory()
  return engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })
}

before(async () => {
  host = await makeTestHost()
  const made = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  assert.ok(made)
  engine = made
  directory = join(host.root, 'data', 'one')
  await engine.initialize('18', directory)
  server = await start()
  await server.applyRoles([scramRole('tenant', 'secret')], 10)
})
after(async () => {
  await server?.stop('immediate')
  await host?.remove()
})

/** The slot is another stream's for a moment after that was closed. */
async function follow(from: bigint | null): Promise<LogStream> {
  for (let tries = 0; ; tries++) {
    try {
      const stream = await server.followLog?.(from)
      assert.ok(stream)
      return stream
    } catch (error) {
      if (!(error instanceof AgentFault) || error.code !== 'source-unavailable' || tries === 100) throw error
      await delay(20)
    }
  }
}

async function end(): Promise<bigint> {
  const position = await server.logPosition?.()
  assert.ok(position)
  return position.end
}

/** What comes until a position, or until the stream ends. */
async function take(stream: LogStream, until: bigint | null, confirm = true): Promise<LogChange[]> {
  const changes: LogChange[] = []
  for await (const change of stream.changes) {
    changes.push(change)
    const at = change.start + BigInt(change.data.length)
    if (confirm) stream.confirm(at)
    if (until !== null && at >= until) break
  }
  return changes
}

async function write(rows: number): Promise<void> {
  const client = await login(server.endpoint, 'tenant', 'secret')
  await client.query('create table if not exists t (v text)')
  await client.query('insert into t select md5(g::text) from generate_series(1, $1) g', [rows])
  await client.end()
}

/** Bytes of the log as the server has them on disk. */
async function onDisk(start: bigint, bytes: number): Promise<Buffer> {
  const size = 16n * 1024n * 1024n
  const parts: Buffer[] = []
  for (let segment = start / size; segment * size < start + BigInt(bytes); segment++) {
    const name = `00000001${(segment / 256n).toString(16).padStart(8, '0')}${(segment % 256n).toString(16).padStart(8, '0')}`
    parts.push(await readFile(join(directory, 'pg_wal', name.toUpperCase())))
  }
  return Buffer.concat(parts).subarray(Number(start % size), Number(start % size) + bytes)
}

test('the log comes whole, byte by byte as it is on disk, and goes on where it was left', async () => {
  const first = await follow(null)
  await write(1000)
  const changes = await take(first, await end())
  first.close()
  await write(200_000)
  const [last] = changes.slice(-1)
  assert.ok(last)
  const second = await follow(last.start + BigInt(last.data.length))
  changes.push(...(await take(second, await end(), false)))
  second.close()
  let at = first.start
  for (const change of changes) {
    assert.equal(change.start, at)
    assert.ok(change.serverEnd >= change.start + BigInt(change.data.length))
    assert.ok(Math.abs(change.sentAt - Date.now()) < 600_000)
    at += BigInt(change.data.length)
  }
  const bytes = Buffer.concat(changes.map(({ data }) => data))
  assert.ok(bytes.length > 10_000_000)
  assert.ok(bytes.equals(await onDisk(first.start, bytes.length)))
})

test('a mark is durable at once', async () => {
  const mark = await server.markLog?.('croft:test')
  assert.ok(mark)
  assert.ok((await end()) >= mark.lsn)
})

test('changes that are gone, or never were, are told as such', async () => {
  const stream = await follow(await end())
  stream.confirm(await end())
  const agent = await login(server.endpoint, agentRole, '', agentDatabase)
  const first = "select 1 from pg_ls_waldir() where name = '000000010000000000000001'"
  for (let tries = 0; (await agent.query(first)).rowCount !== 0; tries++) {
    assert.ok(tries < 50, 'the first segment stays')
    await agent.query('checkpoint')
  }
  await agent.end()
  stream.close()
  await assert.rejects(follow(0x1000028n), { code: 'archive-broken' })
  await assert.rejects(follow((await end()) + 1_000_000n), { code: 'archive-broken' })
})

test('a slot that holds changes which are not there any more is made anew for who asks for its oldest', async () => {
  const before = await follow(null)
  before.close()
  const position = await end()
  const agent = await login(server.endpoint, agentRole, '', agentDatabase)
  const [held] = (
    await agent.query<{ segment: string }>(
      "select pg_walfile_name(restart_lsn) as segment from pg_replication_slots where slot_name = 'croft_archive'",
    )
  ).rows
  assert.ok(held)
  await agent.query('select pg_switch_wal()')
  await agent.query('checkpoint')
  await agent.end()
  // As a checkpoint does that runs while the slot is made: PostgreSQL looks at the slots before it removes.
  await rm(join(directory, 'pg_wal', held.segment))
  await assert.rejects(follow(before.start), { code: 'archive-broken' })
  const anew = await follow(null)
  assert.ok(anew.start > position)
  await write(10)
  const changes = await take(anew, await end())
  assert.equal(changes[0]?.start, anew.start)
  anew.close()
})

test('a tenant can neither drop the slot nor use it, and the stream is none of his sessions', async () => {
  const stream = await follow(null)
  const client = await login(server.endpoint, 'tenant', 'secret')
  const refused = { code: '42501' }
  await assert.rejects(client.query("select pg_drop_replication_slot('croft_archive')"), refused)
  await assert.rejects(client.query("select pg_create_physical_replication_slot('mine')"), refused)
  await assert.rejects(
    client.query('select pg_terminate_backend(active_pid) from pg_replication_slots where active'),
    refused,
  )
  await client.end()
  stream.close()
  assert.deepEqual(await server.activity(), { sessions: 0, busy: 0 })
})

test('a server that stops sends its last checkpoint, and waits until it is confirmed', async () => {
  const stream = await follow(null)
  await write(10)
  const changes = take(stream, null)
  await server.stop('fast')
  const last = (await changes).at(-1)
  assert.ok(last)
  server = await start()
  // It wrote nothing that has not come.
  assert.equal(await end(), last.start + BigInt(last.data.length))
  await server.forgetLog?.()
  await server.forgetLog?.()
})
