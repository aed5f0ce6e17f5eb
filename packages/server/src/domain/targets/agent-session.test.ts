import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentEvent, ObservedInstance } from '@croft/protocol'
import {
  createPlatform,
  createTestPostgres,
  type Platform,
  reached,
  stateOf,
} from '../../../test/platform.ts'
import { gone, obedient, type ScriptedAgent, serving, until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'

const instance = ({ db }: Platform, id: string) =>
  db.selectFrom('instances').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

const target = ({ db, targetId }: Platform) =>
  db.selectFrom('targets').selectAll().where('id', '=', targetId).executeTakeFirstOrThrow()

async function setReady({ db }: Platform, id: string): Promise<void> {
  await db
    .updateTable('databases')
    .set({ state: 'ready', ready_at: new Date() })
    .where('id', '=', id)
    .execute()
}

const wish = (agent: ScriptedAgent, id: string) => until(() => agent.wanted.get(id))

test('a change reaches the agent, also from another server', async (t) => {
  const platform = await createPlatform(t)
  const agent = await platform.agent({ behave: obedient })
  const made = await createTestPostgres(platform)
  assert.equal((await wish(agent, made.instanceId)).presence, 'present')
  const other = await platform.another()
  await other.projects.deleteProject(platform.system, made.projectId)
  await until(() => agent.wanted.get(made.instanceId)?.presence === 'absent')
})

test('what is reported twice is stored once', async (t) => {
  const platform = await createPlatform(t)
  const agent = await platform.agent()
  const { id, instanceId } = await createTestPostgres(platform)
  const observed = [serving(await wish(agent, instanceId))]
  const usage = [{ instanceId, at: '2026-01-01T00:00:00.000Z', sizeBytes: 10, operations: 3 }]
  const events: AgentEvent[] = [
    { id: newId(), at: '2026-01-01T00:00:00.000Z', kind: 'instance.woke', instanceId, detail: {} },
    { id: newId(), at: '2026-01-01T00:00:00.000Z', kind: 'instance.unknown', instanceId: 'a b', detail: {} },
  ]
  await agent.report({ observed, usage, events })
  await agent.report({ observed, usage, events })
  const period = { from: new Date('2025-12-31'), to: new Date('2026-01-02') }
  const totals = await platform.domain.usage.readUsage(platform.system, id, period)
  assert.deepEqual(totals, { operations: 3, sizeBytes: 10 })
  const stored = await platform.db
    .selectFrom('events')
    .select(['action', 'subject_id', 'workspace_id'])
    .where('actor_type', '=', 'agent')
    .orderBy('id')
    .execute()
  assert.deepEqual(stored, [
    { action: 'instance.woke', subject_id: id, workspace_id: platform.workspaces[0].id },
    { action: 'instance.unknown', subject_id: 'a b', workspace_id: null },
  ])
})

test('an agent cannot speak for the instances of another target', async (t) => {
  const platform = await createPlatform(t)
  const { id, instanceId } = await createTestPostgresOn(platform)
  const elsewhere = newId()
  await platform.db
    .insertInto('targets')
    .values({ id: elsewhere, name: 'b', kind: 'host', regions: [], join_token_hash: Buffer.alloc(32, 1) })
    .execute()
  await platform.db.updateTable('instances').set({ target_id: elsewhere }).execute()
  const agent = await platform.agent()
  await agent.report({
    observed: [gone({ id: instanceId, revision: 1 })],
    usage: [{ instanceId, at: '2026-01-01T00:00:00.000Z', sizeBytes: 10, operations: 3 }],
  })
  assert.equal((await instance(platform, instanceId)).observed, null)
  const usage = await platform.db
    .selectFrom('usage_samples')
    .selectAll()
    .where('database_id', '=', id)
    .execute()
  assert.deepEqual(usage, [])
})

async function createTestPostgresOn(platform: Platform) {
  const agent = await platform.agent()
  const made = await createTestPostgres(platform)
  agent.leave()
  await until(async () => (await target(platform)).connected_at === null)
  return made
}

test('of two connections of one agent only the newer counts, whatever the older still says', async (t) => {
  const platform = await createPlatform(t)
  const before = await platform.agent()
  const { instanceId } = await createTestPostgres(platform)
  const wanted = await wish(before, instanceId)
  const observed: ObservedInstance = serving(wanted)
  const other = await platform.another()
  const after = await platform.agent({ observed: [observed] }, other)
  assert.deepEqual((await instance(platform, instanceId)).observed, observed)
  // A report that was under way when the agent connected again.
  before.say({
    type: 'report',
    seq: 1,
    observed: [{ ...observed, status: 'creating', epoch: 0, revision: 0 }],
    tasks: [],
    usage: [],
    events: [],
  })
  await until(() => before.closed())
  assert.deepEqual((await instance(platform, instanceId)).observed, observed)
  assert.ok(before.heard.some((message) => message.type === 'refusal' && message.code === 'replaced'))
  assert.ok((await target(platform)).connected_at, 'the end of the older one was taken for that of the newer')
  assert.equal(after.closed(), false)
})

test('another agent with the token of a target is refused', async (t) => {
  const platform = await createPlatform(t)
  await platform.agent({ agentId: 'one' })
  const other = await platform.agent({ agentId: 'two' })
  await until(() => other.closed())
  assert.ok(other.heard.some((message) => message.type === 'refusal' && message.code === 'other-agent'))
})

test('an agent that is gone before it was welcomed is not taken for connected', async (t) => {
  const platform = await createPlatform(t)
  const given = platform.domain.signals
  let listening = 0
  const signals = {
    ...given,
    on: (...args: Parameters<typeof given.on>) => {
      const stop = given.on(...args)
      listening++
      return () => {
        listening--
        stop()
      }
    },
  }
  const { openAgentSession } = await import('./agent-session.ts')
  const deps = { ...platform.domain, signals, onTask: async () => {}, onAgentEvent: () => {} }
  const targets = {
    openAgentSession: (id: string, socket: Parameters<typeof openAgentSession>[2]) =>
      openAgentSession(deps, id, socket),
  }
  const { connectAgent } = await import('../../../test/scripted-agent.ts')
  const agent = connectAgent(targets, platform.targetId)
  // Its hello is being stored at this moment.
  await Promise.resolve()
  agent.leave()
  await until(async () => (await target(platform)).agent_id !== null)
  await until(async () => (await target(platform)).connected_at === null)
  assert.equal(listening, 0)
})

test('an agent that answers no ping is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const platform = await createPlatform(t)
  const agent = await platform.agent()
  for (let beat = 1; beat <= 4; beat++) {
    t.mock.timers.tick(10_000)
    await until(() => agent.pings() === beat)
    agent.pong()
  }
  assert.equal(agent.closed(), false)
  for (let beat = 0; beat < 4 && !agent.closed(); beat++) {
    t.mock.timers.tick(10_000)
    await new Promise(setImmediate)
  }
  await until(() => agent.closed())
  await until(async () => (await target(platform)).connected_at === null)
})

test('an agent that returns with what was deleted meanwhile is told to remove it', async (t) => {
  const platform = await createPlatform(t)
  await platform.work()
  const agent = await platform.agent({
    behave: (wanted) => (wanted.presence === 'absent' ? gone(wanted) : null),
  })
  const { id, instanceId, projectId } = await createTestPostgres(platform)
  const old = serving(await wish(agent, instanceId))
  await platform.domain.projects.deleteProject(platform.system, projectId)
  await reached(platform, id, 'deleted')
  agent.leave()
  // Its disk is as it was yesterday.
  const back = await platform.agent({ observed: [old], behave: obedient })
  assert.equal((await wish(back, instanceId)).presence, 'absent')
  await until(async () => (await instance(platform, instanceId)).observed?.status === 'absent')
  back.leave()
  const again = await platform.agent()
  assert.equal(again.wanted.has(instanceId), false)
  assert.equal((await stateOf(platform, id)).state, 'deleted')
})

test('tasks are sent until they are done, however many there are', async (t) => {
  const platform = await createPlatform(t)
  const agent = await platform.agent()
  const { id, instanceId } = await createTestPostgres(platform)
  await setReady(platform, id)
  const backup = await platform.domain.backups.startBackup(platform.system, id)
  const task = await until(() => [...agent.asked.values()][0])
  assert.equal('backupId' in task && task.backupId, backup.id)
  agent.leave()
  const back = await platform.agent({ tasks: [{ id: task.id, state: 'running' }] })
  await until(() => back.asked.get(task.id))
  await back.report({ tasks: [{ id: task.id, state: 'failed', fault: { code: 'x', message: 'No.' } }] })
  // A late report of the same task changes nothing.
  await back.report({ tasks: [{ id: task.id, state: 'running' }] })
  const ended = await platform.domain.backups.getBackup(platform.system, backup.id)
  assert.deepEqual([ended.state, ended.error], ['failed', 'No.'])

  const many = Array.from({ length: 150 }, () => newId())
  for (const taskId of many) {
    await platform.db
      .insertInto('agent_tasks')
      .values({
        id: taskId,
        target_id: platform.targetId,
        task: {
          id: taskId,
          kind: 'delete-backup',
          backupId: newId(),
          key: `${instanceId}/x`,
          target: { type: 'directory', path: null },
        },
      })
      .execute()
  }
  await platform.domain.signals.send(platform.db, 'task', platform.targetId)
  const done = new Set<string>()
  while (done.size < many.length) {
    const due = await until(() => {
      const open = [...back.asked.keys()].filter((each) => many.includes(each) && !done.has(each))
      return open.length > 0 ? open : undefined
    })
    await back.report({ tasks: due.map((each) => ({ id: each, state: 'done' })) })
    for (const each of due) done.add(each)
  }
  assert.equal(back.closed(), false)
})
