import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Croft } from '../harness/croft.ts'
import { type Database, list } from './api.ts'
import { databaseServers, processesOf } from './processes.ts'
import { until } from './until.ts'

/** Started servers and initialized directories that the tests let Croft keep ready. */
export const WARM = { servers: 1, directories: 2 }
export const WARM_SETTINGS = {
  CROFT_WARM_SERVERS: String(WARM.servers),
  CROFT_WARM_DIRECTORIES: String(WARM.directories),
}
const SETTLE_MS = 30_000

/** Where the sockets of a data directory's servers lie. */
export function socketDirectory(dataDirectory: string): string {
  const hash = createHash('sha256').update(realpathSync(dataDirectory)).digest('hex').slice(0, 16)
  return join(tmpdir(), `croft-${process.getuid?.() ?? 0}-${hash}`)
}

function entries(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : []
}

function readInstance(dataDirectory: string, id: string): { slot: string | null; leftovers: string[] } {
  const path = join(dataDirectory, 'postgres', 'instances', id, 'instance.json')
  if (!existsSync(path)) return { slot: null, leftovers: [`${id} without its file`] }
  const text = readFileSync(path, 'utf8')
  const { served, leftovers } = JSON.parse(text)
  return { slot: served?.slot ?? null, leftovers }
}

/** What is wrong at this moment; empty when every process, directory and socket has its database. */
async function untidiness(croft: Croft): Promise<string[]> {
  const { dataDirectory } = croft
  const databases = await list<Database>(croft, '/databases')
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
  if (unnamed.length > WARM.servers + WARM.directories) wrong.push(`directories of nobody: ${unnamed}`)
  if (slots.some((slot) => slot.endsWith('.partial'))) wrong.push(`half-made directories: ${slots}`)
  for (const slot of served) if (!slots.includes(slot)) wrong.push(`${slot} is gone`)

  const { agent = -1, metadata = -1, server = -1 } = croft.children()
  const servers = databaseServers(dataDirectory)
  for (const one of servers) {
    if (one.parent !== agent) wrong.push(`server ${one.pid} of ${one.slot} is no child of the agent`)
    if (!slots.includes(one.slot)) wrong.push(`server ${one.pid} runs on no directory`)
  }
  const idle = servers.filter((one) => !served.has(one.slot))
  if (idle.length > WARM.servers) wrong.push(`servers of nobody: ${idle.map((one) => one.slot)}`)

  const known = new Set([croft.pid, agent, metadata, server, ...servers.map((one) => one.pid)])
  for (const one of processesOf(dataDirectory)) {
    if (!known.has(one.pid) && !known.has(one.parent)) wrong.push(`process ${one.pid}: ${one.command}`)
  }

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
  assert.equal(await dials('127.0.0.1', bootstrap.postgres.port), false, 'the gateway listens')
}
