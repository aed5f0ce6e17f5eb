import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { createFakeHost, type FakeHost } from '../../test/fake-host.ts'

// The real instances over random histories of wishes, faults, crashes and killed agents; files are real.

type Action =
  | {
      do: 'want'
      id: string
      change: 'role' | 'restore' | 'bad-restore' | 'empty' | 'clone' | 'absent' | 'size'
    }
  | { do: 'crash' }
  | { do: 'fail-start' }
  | { do: 'fail-roles' }
  | { do: 'kill-agent' }
  | { do: 'acquire'; id: string }
  | { do: 'wait'; ms: number }
  | { do: 'pause'; ms: number }

const id = fc.constantFrom('a', 'b')
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('want' as const),
      id,
      change: fc.constantFrom('role', 'restore', 'bad-restore', 'empty', 'clone', 'absent', 'size'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Action>(
      { do: 'crash' },
      { do: 'fail-start' },
      { do: 'fail-roles' },
      { do: 'kill-agent' },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('acquire' as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1000, 70_000) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pause' as const), ms: fc.constantFrom(0, 1, 3) }) },
)

const TARGET = { type: 'directory', path: null } as const

function createHistory(fake: FakeHost) {
  const epochs = new Map<string, number>()
  const roles = new Map<string, string>()
  const absent = new Set<string>()
  let count = 0

  function want(id: string, change: Extract<Action, { do: 'want' }>['change']): void {
    if (absent.has(id)) return
    count += 1
    const newEpoch = change !== 'role' && change !== 'size' && change !== 'absent'
    if (newEpoch || !epochs.has(id)) epochs.set(id, (epochs.get(id) ?? 0) + 1)
    if (change === 'role') roles.set(id, `v${count}`)
    if (change === 'absent') absent.add(id)
    const other = id === 'a' ? 'b' : 'a'
    const origins = {
      restore: { type: 'backup', backupId: 'good', key: 'good', target: TARGET },
      'bad-restore': { type: 'backup', backupId: 'bad', key: 'bad', target: TARGET },
      empty: { type: 'empty' },
      clone: { type: 'instance', instanceId: other },
    } as const
    fake.want({
      id,
      epoch: epochs.get(id) ?? 1,
      roles: [{ name: `user_of_${id}`, verifier: roles.get(id) ?? 'v0' }],
      ...(newEpoch ? { origin: origins[change] } : {}),
      ...(change === 'size' ? { resources: { size: `s${count}`, memoryMb: 1, settings: {} } } : {}),
      ...(change === 'absent' ? { presence: 'absent' } : {}),
    })
  }

  async function act(one: Action): Promise<void> {
    if (one.do === 'want') want(one.id, one.change)
    else if (one.do === 'wait') await fake.clock.advance(one.ms)
    else if (one.do === 'pause') await delay(one.ms)
    else if (one.do === 'crash') for (const server of fake.engine.servers) server.crash()
    else if (one.do === 'fail-start') fake.engine.failStarts += 1
    else if (one.do === 'fail-roles') fake.engine.failRoles += 1
    else if (one.do === 'kill-agent') {
      await fake.restart()
      fake.relist()
    } else if (one.do === 'acquire') {
      const gone = AbortSignal.timeout(1000)
      fake.instances
        .find(one.id)
        ?.acquire(gone)
        .catch(() => {})
    }
  }

  function isReached(id: string): boolean {
    const seen = fake.observed.get(id)
    if (absent.has(id)) return seen?.status === 'absent' && fake.instances.find(id) === undefined
    const epoch = epochs.get(id) ?? 0
    if (seen?.failedEpoch?.epoch === epoch) return seen.epoch === 0 || seen.revision === wish(id).revision
    return seen?.epoch === epoch && seen.revision === wish(id).revision && seen.fault === undefined
  }

  function wish(id: string) {
    const instance = fake.instances.find(id)
    assert.ok(instance)
    return instance.desired
  }

  /** Faults stop: everything wanted is there, and nothing else. */
  async function settle(): Promise<void> {
    fake.engine.failStarts = 0
    fake.engine.failRoles = 0
    fake.relist()
    for (const id of epochs.keys()) if (!absent.has(id)) want(id, 'role')
    for (let tries = 0; ; tries += 1) {
      await fake.clock.advance(5000)
      const { data, instances } = await fake.onDisk()
      const serving = [...epochs.keys()].filter(
        (id) => !absent.has(id) && (fake.observed.get(id)?.epoch ?? 0) > 0,
      )
      const present = [...epochs.keys()].filter((id) => !absent.has(id))
      if (
        [...epochs.keys()].every(isReached) &&
        data.length === serving.length &&
        instances.length <= present.length
      ) {
        break
      }
      assert.ok(tries < 60, JSON.stringify({ seen: [...fake.observed.values()], data, instances }))
    }
    for (const server of fake.engine.servers) {
      const [role] = server.roles
      const id = role?.name.replace('user_of_', '') ?? ''
      assert.equal(role?.verifier, roles.get(id))
    }
  }

  return { act, settle }
}

test('any history ends with what is wanted, the newest roles, and no other data', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 25 }), async (actions) => {
      const fake = await createFakeHost({ servers: 1, directories: 1 })
      fake.backups.set('good', 'restored')
      fake.backups.set('bad', new Error('damaged'))
      try {
        const history = createHistory(fake)
        for (const one of actions) await history.act(one)
        await fake.emptyPool()
        await history.settle()
      } finally {
        await fake.close()
      }
    }),
    { numRuns: 40, endOnFailure: true },
  )
})
