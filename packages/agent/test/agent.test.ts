import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DesiredInstance, ObservedInstance, Task } from '@croft/protocol'
import pg from 'pg'
import { type AgentProcess, startAgentProcess } from './agent-process.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { isRunning } from './host-fixture.ts'
import { scramVerifier } from './scram-verifier.ts'

// The whole agent as the launcher runs it, with real servers, against a control plane that only speaks the protocol.

let directory: string
let plane: ControlPlane
let agent: AgentProcess
const wishes = new Map<string, DesiredInstance>()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'croft agent '))
  plane = await startControlPlane()
  agent = await startAgentProcess(directory, plane.url, plane.token)
})

after(async () => {
  await agent?.end('SIGKILL')
  await plane?.close()
  if (!directory) return
  const root = await storage()
  await rm(directory, { recursive: true, force: true })
  await rm(root, { recursive: true, force: true })
})

/** Where database files are: not below the data directory when servers could not get there. */
async function storage(): Promise<string> {
  const inside = join(directory, 'postgres')
  return existsSync(inside) ? inside : (await readFile(join(directory, 'storage-root'), 'utf8')).trim()
}

function want(id: string, change: Partial<DesiredInstance> = {}): DesiredInstance {
  const earlier = wishes.get(id)
  const wish: DesiredInstance = {
    engine: 'postgres',
    version: '18',
    resources: { size: 'nano', memoryMb: 256, settings: { shared_buffers: '8MB', max_connections: '40' } },
    presence: 'present',
    epoch: 1,
    origin: { type: 'empty' },
    roles: [{ name: `user_${id}`, verifier: scramVerifier('first') }],
    connectionLimit: 20,
    idleTimeoutSeconds: 300,
    settledEpoch: 0,
    ...earlier,
    ...change,
    id,
    revision: (earlier?.revision ?? 0) + 1,
  }
  wishes.set(id, wish)
  plane.want(wish)
  return wish
}

function seen(id: string, what: string, fits: (observed: ObservedInstance) => boolean) {
  return plane.until(() => {
    const observed = plane.observed.get(id)
    return observed && fits(observed) ? observed : undefined
  }, `${id} ${what}`)
}

async function applied(id: string, change: Partial<DesiredInstance> = {}): Promise<ObservedInstance> {
  const { revision, epoch } = want(id, change)
  return seen(id, `at revision ${revision}`, (o) => o.revision >= revision && o.epoch === epoch)
}

async function connect(id: string, password = 'first'): Promise<pg.Client> {
  const { host, port } = agent.gateway
  const client = new pg.Client({ host, port, user: `user_${id}`, password, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  return client
}

function ending(client: pg.Client): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()))
}

async function query(id: string, sql: string, password?: string): Promise<unknown[]> {
  const client = await connect(id, password)
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

async function finished(task: Task) {
  plane.ask(task)
  return plane.until(() => {
    const report = plane.tasks.get(task.id)
    return report && report.state !== 'running' ? report : undefined
  }, `the end of ${task.id}`)
}

const TARGET = { type: 'directory', path: null } as const

function backup(id: string, backupId: string, unlessMark?: string): Task {
  const more = unlessMark === undefined ? {} : { unlessMark }
  return { id: `task-${backupId}`, kind: 'backup', instanceId: id, backupId, target: TARGET, ...more }
}

test('a wish becomes a database that a client can log in to', async () => {
  const observed = await applied('one')
  assert.equal(observed.status, 'ready')
  assert.equal(observed.power, 'running')
  await query('one', 'create table t (n int)')
  await query('one', 'insert into t values (1)')
  await assert.rejects(query('one', 'select 1', 'wrong'), { code: '28P01' })
})

test('it sleeps when idle, although a silent client stays, and wakes for the next', async () => {
  const silent = await connect('one')
  const ended = ending(silent)
  want('one', { idleTimeoutSeconds: 1 })
  await seen('one', 'asleep', (o) => o.power === 'asleep')
  await ended
  await plane.until(() => plane.events.find(({ kind }) => kind === 'instance.slept'), 'instance.slept')
  await plane.until(() => plane.usage.find((u) => u.instanceId === 'one' && u.sizeBytes > 0), 'a sample')
  assert.deepEqual(await query('one', 'select n from t'), [1])
  await plane.until(() => plane.events.find(({ kind }) => kind === 'instance.woke'), 'instance.woke')
  await applied('one', { idleTimeoutSeconds: 300 })
})

test('a rotated password ends the sessions of its role, and only the new one opens', async () => {
  const session = await connect('one')
  const ended = ending(session)
  await applied('one', { roles: [{ name: 'user_one', verifier: scramVerifier('second') }] })
  await ended
  await assert.rejects(query('one', 'select 1', 'first'), { code: '28P01' })
  assert.deepEqual(await query('one', 'select n from t', 'second'), [1])
})

test('a backup is done once per id, and skipped when nothing was written', async () => {
  const first = await finished(backup('one', 'b1'))
  assert.equal(first.state, 'done')
  assert.equal(first.backup?.skipped, false)
  assert.deepEqual(await finished(backup('one', 'b1')), first)
  const mark = first.backup?.mark ?? ''
  want('one', { idleTimeoutSeconds: 1 })
  await seen('one', 'asleep', (o) => o.power === 'asleep')
  const second = await finished(backup('one', 'b2', mark))
  assert.equal(second.backup?.skipped, true)
  assert.equal(plane.observed.get('one')?.power, 'asleep', 'it was not woken for that')
  await applied('one', { idleTimeoutSeconds: 300 })
  const unknown = await finished(backup('nobody', 'b3'))
  assert.equal(unknown.fault?.code, 'instance-unknown')
})

test('a restore in place brings the old rows back; one that fails changes nothing', async () => {
  await query('one', 'insert into t values (2)', 'second')
  await finished(backup('one', 'b4'))
  await query('one', 'insert into t values (3)', 'second')
  const key = 'one/b4'
  const stored = join(directory, 'backups', key, 'data.tar.zst')

  await applied('one', { epoch: 2, origin: { type: 'backup', backupId: 'b4', key, target: TARGET } })
  assert.deepEqual(await query('one', 'select n from t order by n', 'second'), [1, 2])
  await query('one', 'insert into t values (4)', 'second')

  await appendFile(stored, 'garbage')
  want('one', { epoch: 3 })
  const { failedEpoch, status, epoch } = await seen(
    'one',
    'failed to restore',
    (o) => o.failedEpoch?.epoch === 3,
  )
  assert.equal(failedEpoch?.fault.code, 'backup-corrupt')
  assert.deepEqual({ status, epoch }, { status: 'ready', epoch: 2 })
  assert.deepEqual(await query('one', 'select n from t order by n', 'second'), [1, 2, 4])
})

test('a clone has the rows and its own credentials', async () => {
  await applied('two', { origin: { type: 'instance', instanceId: 'one' } })
  assert.deepEqual(await query('two', 'select n from t order by n'), [1, 2, 4])
  await query('two', 'insert into t values (9)')
  assert.deepEqual(await query('one', 'select count(*)::int from t', 'second'), [3])
  const roles = await query('two', "select rolname::text from pg_roles where rolname like 'user%'")
  assert.deepEqual(roles, ['user_two'])
})

test('a killed server comes back and keeps what was committed', async () => {
  const [slot] = await slotsOf('two')
  const lock = await readFile(join(await storage(), 'data', slot ?? '', 'postmaster.pid'), 'utf8')
  process.kill(Number(lock.split('\n')[0]), 'SIGKILL')
  await plane.until(() => plane.events.find((e) => e.kind === 'instance.restarted'), 'instance.restarted')
  assert.ok(plane.events.some(({ kind, instanceId }) => kind === 'instance.crashed' && instanceId === 'two'))
  assert.deepEqual(await query('two', 'select count(*)::int from t'), [4])
})

async function slotsOf(id: string): Promise<string[]> {
  const text = await readFile(join(await storage(), 'instances', id, 'instance.json'), 'utf8')
  const state = JSON.parse(text) as { served: { slot: string } | null; leftovers: string[] }
  return [...(state.served ? [state.served.slot] : []), ...state.leftovers]
}

test('a second agent on the directory is refused', async () => {
  await assert.rejects(startAgentProcess(directory, plane.url, plane.token), /Another agent \(pid \d+\)/)
})

test('what could not be told while the connection was away is told after it', async () => {
  const joined = plane.hellos.length
  plane.acknowledge = false
  await applied('three')
  plane.observed.delete('three')
  plane.drop()
  await plane.until(() => (plane.hellos.length > joined ? true : undefined), 'a new hello')
  plane.acknowledge = true
  await seen('three', 'again', (o) => o.status === 'ready')
  plane.sendRaw('{"type":"desired","full":true}')
  await plane.until(() => (plane.hellos.length > joined + 1 ? true : undefined), 'a hello after nonsense')
  assert.match(agent.log(), /does not fit the protocol/)
})

test('a killed agent leaves servers that the next one finds and stops; the data is there', async () => {
  const [slot] = await slotsOf('two')
  const path = join(await storage(), 'data', slot ?? '', 'postmaster.pid')
  await query('two', 'insert into t values (10)')
  const orphan = Number((await readFile(path, 'utf8')).split('\n')[0])
  await agent.end('SIGKILL')
  assert.ok(await isRunning(orphan))

  const joined = plane.hellos.length
  agent = await startAgentProcess(directory, plane.url, plane.token)
  assert.ok(!(await isRunning(orphan)))
  const hello = await plane.until(() => plane.hellos[joined], 'a hello')
  assert.equal(hello.agentId, plane.hellos[0]?.agentId)
  assert.deepEqual(hello.observed.map(({ id, status, power }) => [id, status, power]).sort(), [
    ['one', 'ready', 'asleep'],
    ['three', 'ready', 'asleep'],
    ['two', 'ready', 'asleep'],
  ])
  assert.deepEqual(await query('two', 'select count(*)::int from t'), [5])
  assert.equal((await finished(backup('one', 'b1'))).state, 'done')
})

test('a database with a chosen login has a port of its own, also after a kill of the agent', async () => {
  const role = { name: 'u_shop', verifier: scramVerifier('chosen'), chosen: true }
  const { port } = await applied('shop', { ownPort: true, roles: [role] })
  assert.ok(port)
  const ask = async (at: number) => {
    const { host } = agent.gateway
    const client = new pg.Client({ host, port: at, user: 'u_shop', password: 'chosen', database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query('select current_database() as name')).rows[0].name
    } finally {
      await client.end()
    }
  }
  assert.equal(await ask(port), 'postgres')
  await assert.rejects(ask(agent.gateway.port), { code: '28P01' })
  const hellos = plane.hellos.length
  await agent.end('SIGKILL')
  agent = await startAgentProcess(directory, plane.url, plane.token)
  await plane.until(() => plane.hellos.length > hellos, 'the agent again')
  assert.equal(await ask(port), 'postgres')
})

test('a deleted instance leaves nothing, and a client is refused', async () => {
  const session = await connect('two')
  const ended = ending(session)
  const slots = await slotsOf('two')
  want('two', { presence: 'absent' })
  await seen('two', 'absent', (o) => o.status === 'absent')
  await ended
  await assert.rejects(query('two', 'select 1'), { code: '28P01' })
  const root = await storage()
  assert.ok(!existsSync(join(root, 'instances', 'two')))
  for (const slot of slots) assert.ok(!existsSync(join(root, 'data', slot)))
  const removed = await finished({
    id: 'task-delete',
    kind: 'delete-backup',
    backupId: 'b1',
    key: 'one/b1',
    target: TARGET,
  })
  assert.equal(removed.state, 'done')
  assert.ok(!existsSync(join(directory, 'backups', 'one', 'b1')))
})

test('a stop ends every server in order, and leaves only the data that is named', async () => {
  await query('one', 'select 1', 'second')
  const pids: number[] = []
  const data = join(await storage(), 'data')
  for (const slot of await readdir(data)) {
    const lock = await readFile(join(data, slot, 'postmaster.pid'), 'utf8').catch(() => '')
    if (lock) pids.push(Number(lock.split('\n')[0]))
  }
  assert.ok(pids.length > 0)
  assert.equal(await agent.end('SIGTERM'), 0)
  for (const pid of pids) assert.ok(!(await isRunning(pid)), `server ${pid} outlived its agent`)
  assert.equal(plane.observed.get('one')?.power, 'asleep', 'the last state was told')
})

test('a server that hangs does not outlive a stop', async () => {
  agent = await startAgentProcess(directory, plane.url, plane.token)
  await query('one', 'select 1', 'second')
  const [slot] = await slotsOf('one')
  const lock = await readFile(join(await storage(), 'data', slot ?? '', 'postmaster.pid'), 'utf8')
  const pid = Number(lock.split('\n')[0])
  process.kill(pid, 'SIGSTOP')
  assert.equal(await agent.end('SIGTERM'), 0)
  assert.ok(!(await isRunning(pid)))
})

test('an agent without a server to join says what is missing', async () => {
  await assert.rejects(startAgentProcess(directory, '', ''), /CROFT_SERVER_URL.*CROFT_AGENT_TOKEN/s)
})
