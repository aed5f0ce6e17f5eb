import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPlatform, type Platform } from '../../../test/platform.ts'
import { ANONYMOUS, type Call } from '../access/index.ts'
import { type Event, recordEvent } from './index.ts'
import { sealEvents } from './seal-events.ts'

const write = ({ db, system }: Pick<Platform, 'db' | 'system'>, workspaceId: string | null, action: string) =>
  recordEvent(db, system, { workspaceId, action, subjectType: 'thing', subjectId: action })

const reader = (workspaceId: string): Call => ({
  principal: {
    ...ANONYMOUS,
    type: 'user',
    id: 'reader',
    bindings: [{ role: 'workspace-reader', scope: { type: 'workspace', id: workspaceId } }],
  },
  requestId: 'r',
})

/** Follows in the background and keeps what came. */
function follow(t: TestContext, { domain }: Platform, call: Call, filter = {}) {
  const ended = new AbortController()
  const got: Event[] = []
  const done = (async () => {
    for await (const event of domain.events.followEvents(call, filter, ended.signal)) got.push(event)
  })()
  const end = async () => {
    ended.abort()
    await done
  }
  t.after(end)
  return { got, done, end, actions: () => got.map(({ action }) => action) }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('new events arrive, each once and in order, only those that the caller may read and wants', async (t) => {
  const platform = await createPlatform(t)
  const [acme, other] = platform.workspaces
  await write(platform, acme.id, 'old.one')
  await sealEvents(platform.db)
  const all = follow(t, platform, platform.system, { action: 'new.' })
  const mine = follow(t, platform, reader(acme.id))
  // Both have read where the chain ends once an event arrives; those written meanwhile may or may not.
  let probes = 0
  while (mine.got.length === 0 || all.got.length === 0) {
    await write(platform, acme.id, `new.probe-${probes++}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await write(platform, other.id, 'new.foreign')
  await write(platform, null, 'platform.thing')
  await write(platform, acme.id, 'new.mine')
  await until(() => mine.actions().includes('new.mine') && all.actions().includes('new.mine'))
  assert.ok(!mine.actions().some((action) => ['old.one', 'new.foreign', 'platform.thing'].includes(action)))
  assert.ok(all.actions().includes('new.foreign'))
  assert.ok(!all.actions().includes('platform.thing'))
  for (const { actions } of [mine, all]) assert.equal(new Set(actions()).size, actions().length)
})

test('who comes back with the last id gets what was missed, late commits of smaller ids among it', async (t) => {
  const platform = await createPlatform(t)
  const { db, system } = platform
  const [acme] = platform.workspaces
  const held = await db.startTransaction().execute()
  await write({ db: held, system }, acme.id, 'began.first')
  await write(platform, acme.id, 'committed.first')
  const first = follow(t, platform, reader(acme.id))
  let probes = 0
  while (first.got.length === 0) {
    await write(platform, acme.id, `probe.${probes++}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await first.end()
  const last = first.got.at(-1)
  assert.ok(last)
  await held.commit().execute()
  const again = follow(t, platform, reader(acme.id), { after: last.id })
  await until(() => again.actions().includes('began.first'))
  assert.ok(!again.actions().includes(last.action))
})

test('more events than a batch arrive whole while the reader is slow', async (t) => {
  const platform = await createPlatform(t)
  const [acme] = platform.workspaces
  await write(platform, acme.id, 'start.it')
  const begin = follow(t, platform, platform.system)
  while (begin.got.length === 0) {
    await write(platform, acme.id, 'start.it')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await begin.end()
  const after = begin.got.at(-1)?.id
  for (let n = 0; n < 250; n++) await write(platform, acme.id, `burst.${n}`)
  const ended = new AbortController()
  const got: string[] = []
  for await (const event of platform.domain.events.followEvents(
    platform.system,
    { after, action: 'burst.' },
    ended.signal,
  )) {
    got.push(event.action)
    if (got.length === 1) await new Promise((resolve) => setTimeout(resolve, 300))
    if (got.length === 250) ended.abort()
  }
  assert.deepEqual(
    got,
    Array.from({ length: 250 }, (_, n) => `burst.${n}`),
  )
})

test('it ends when the server stops', async (t) => {
  const platform = await createPlatform(t)
  const { done } = follow(t, platform, platform.system)
  await new Promise((resolve) => setTimeout(resolve, 50))
  platform.domain.signals.endWaits()
  await done
})
