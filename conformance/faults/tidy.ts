import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Croft } from '../harness/croft.ts'
import { type Database, own } from './api.ts'
import { databaseServers, listeningPorts, processesOf } from './processes.ts'
import { until } from './until.ts'

/** Started servers and initialized directories that the tests let Croft keep ready. */
export const WARM = { servers: 1, directories: 2 }
export const WARM_SETTINGS = {
  CROFT_WARM_SERVERS: String(WARM.servers),
  CROFT_WARM_DIRECTORIES: String(WARM.directories),
}
/** Of the engines beside the main one at most one each, once there was a database of them. */
const WARM_BESIDES = { servers: 1, directories: 1 }
const SETTLE_MS = 30_000

interface Listed extends Database {
  readonly ownPort: number | null
}

/** Those in quarantine too: they are as whole as the others. */
async function listAll(croft: Croft): Promise<Listed[]> {
  const which = ['', '&quarantined=true']
  const lists = await Promise.all(
    which.map((more) => own<{ data: Listed[] }>(croft, 200, 'GET', `/databases?limit=1000${more}`)),
  )
  return lists.flatMap(({ data }) => data)
}

/** What each engine's data directory has. */
const MARKS = { postgres: 'PG_VERSION', mariadb: 'mysql', redis: 'appendonlydir' }

/** How many of these directories are more than an engine keeps ready. */
function tooMany(dataDirectory: string, slots: readonly string[], kind: 'servers' | 'all'): boolean {
  const allowed = (warm: { servers: number; directories: number }) =>
    kind === 'servers' ? warm.servers : warm.servers + warm.directories
  const of = (mark: string) =>
    slots.filter((slot) => existsSync(join(dataDirectory, 'postgres', 'data', slot, mark)))
  const named = Object.values(MARKS).map(of)
  return (
    named.flat().length < slots.length ||
    named.some((some, index) => some.length > allowed(index === 0 ? WARM : WARM_BESIDES))
  )
}

/** Where the sockets of a data directory's servers lie. */
export function socketDirectory(dataDirectory: string): string {
  const hash = createHash('sha256').update(realpathSync(dataDirectory)).digest('hex').slice(0, 16)
  return join(tmpdir(), `croft-${process.getuid?.() ?? 0}-${hash}`)
}

function entries(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : []
}

interface OnDisk {
  readonly slot: string | null
  readonly leftovers: readonly string[]
  readonly port?: number | null
}

function readInstance(dataDirectory: string, id: string): OnDisk {
  const path = join(dataDirectory, 'postgres', 'instances', id, 'instance.json')
  if (!existsSync(path)) return { slot: null, leftovers: [`${id} without its file`] }
  const text = readFileSync(path, 'utf8')
  const { served, leftovers, port } = JSON.parse(text)
  return { slot: served?.slot ?? null, leftovers, port }
}

/** What is wrong at this moment; empty when every process, directory and socket has its database. */
async function untidiness(croft: Croft): Promise<string[]> {
  const { dataDirectory, bootstrap } = croft
  const databases = await listAll(croft)
  const wrong = databases
    .filter((one) => one.state !== 'ready')
    .map((one) => `${one.name} is ${one.state} (${one.stateMessage})`)

  const ids = entries(join(dataDirectory, 'postgres', 'instances'))
  if (ids.length !== databases.length) wrong.push(`${databases.length} databases, ${ids.length} instances`)
  const instances = ids.map((id) => readInstance(dataDirectory, id))
  for (const { leftovers } of instances) if (leftovers.length > 0) wrong.push(`leftovers: ${leftovers}`)

  const served = new Set(instances.flatMap(({ slot }) => slot ?? []))
  const slots = entries(join(dataDirectory, 'postgres', 'data'))
  const unnamed = slots.filter((slot) => !served.has(slot))
  if (tooMany(dataDirectory, unnamed, 'all')) wrong.push(`directories of nobody: ${unnamed}`)
  if (slots.some((slot) => slot.endsWith('.partial'))) wrong.push(`half-made directories: ${slots}`)
  for (const slot of served) if (!slots.includes(slot)) wrong.push(`${slot} is gone`)

  const { agent = -1, metadata = -1, server = -1 } = croft.children()
  const servers = databaseServers(dataDirectory)
  for (const one of servers) {
    if (one.parent !== agent) wrong.push(`server ${one.pid} of ${one.slot} is no child of the agent`)
    if (!slots.includes(one.slot)) wrong.push(`server ${one.pid} runs on no directory`)
  }
  const idle = servers.flatMap(({ slot }) => (served.has(slot) ? [] : slot))
  if (tooMany(dataDirectory, idle, 'servers')) wrong.push(`servers of nobody: ${idle}`)

  const known = new Set([croft.pid, agent, metadata, server, ...servers.map((one) => one.pid)])
  for (const one of processesOf(dataDirectory)) {
    if (!known.has(one.pid) && !known.has(one.parent)) wrong.push(`process ${one.pid}: ${one.command}`)
  }

  const shared = [bootstrap.postgres.port, bootstrap.mariadb.port, bootstrap.redis.port]
  const ports = new Set([...shared, ...databases.flatMap(({ ownPort }) => ownPort ?? [])])
  const listening = listeningPorts(agent)
  for (const port of listening) if (!ports.has(port)) wrong.push(`port ${port} leads to nobody`)
  for (const port of ports) if (!listening.includes(port)) wrong.push(`nobody listens on port ${port}`)

  const running = new Set(servers.map((one) => `i-${one.slot}`))
  const sockets = entries(socketDirectory(dataDirectory)).filter((name) => name.startsWith('i-'))
  for (const name of running) if (!sockets.includes(name)) wrong.push(`${name} has no socket`)
  // A sleeping database keeps its empty directory for the next start.
  const named = new Set(slots.map((slot) => `i-${slot}`))
  for (const name of sockets) if (!named.has(name)) wrong.push(`sockets of nobody: ${name}`)
  return wrong
}

/** Waits until everything that Croft keeps has its owner and every database is `ready`. */
export async function assertTidy(croft: Croft): Promise<void> {
  await until(async () => assert.deepEqual(await untidiness(croft), []), SETTLE_MS, 250)
}

function dials(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** Nothing of it runs, listens or waits any more. */
export async function assertGone(croft: Croft): Promise<void> {
  const { dataDirectory, bootstrap } = croft
  await until(() => assert.deepEqual(processesOf(dataDirectory), []), 2000)
  const sockets = entries(socketDirectory(dataDirectory))
  assert.deepEqual(
    sockets.filter((name) => name.startsWith('i-')),
    [],
  )
  assert.deepEqual(
    entries(join(socketDirectory(dataDirectory), 'metadata')).filter((name) => name.startsWith('.s.')),
    [],
  )
  assert.equal(existsSync(join(dataDirectory, 'croft.lock')), false)
  assert.equal(await dials('127.0.0.1', Number(new URL(bootstrap.url).port)), false, 'the API listens')
  for (const { port } of [bootstrap.postgres, bootstrap.mariadb, bootstrap.redis]) {
    assert.equal(await dials('127.0.0.1', port), false, `the gateway listens on ${port}`)
  }
  for (const id of entries(join(dataDirectory, 'postgres', 'instances'))) {
    const { port } = readInstance(dataDirectory, id)
    if (port) assert.equal(await dials('127.0.0.1', port), false, `the database listens on ${port}`)
  }
}
