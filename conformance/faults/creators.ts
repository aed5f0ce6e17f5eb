import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Croft } from '../harness/croft.ts'
import { asService, type Database, list, type NewProject, request } from './api.ts'
import { query } from './query.ts'
import { until } from './until.ts'

/** One project: what was asked of the API and what it has answered. */
interface Attempt {
  readonly name: string
  readonly key: string
  created: NewProject | null
  /** A delete was sent; `done` once it was acknowledged. */
  deletion: 'none' | 'sent' | 'done'
}

export interface Creators {
  readonly attempts: readonly Attempt[]
  /** How many requests broke off or were refused. */
  failures(): number
  /** Resolves when so many more have been created. */
  more(count: number): Promise<void>
  stop(): Promise<void>
  /**
   * Repeats what broke off, then: every created project is there once and lets in with the string it was
   * answered with, every deleted one is gone, and nothing else is there. Answers the connection strings.
   */
  settle(): Promise<string[]>
  /** Deletes all of it. */
  remove(): Promise<void>
}

/** A lost answer's key is held for its process for a moment. */
const RETRY_MS = 60_000
const PAUSE_MS = 100

/** Creates projects in `count` loops and deletes some of them again. `croft` is asked for at each request. */
export function startCreators(croft: () => Croft, random: () => number, prefix: string, count = 4): Creators {
  const attempts: Attempt[] = []
  let failures = 0
  let stopped = false

  async function create(attempt: Attempt): Promise<void> {
    const { name, key } = attempt
    const { status, body } = await request<{ data: NewProject }>(
      asService(croft(), key),
      'POST',
      '/v1/projects',
      { name },
    )
    assert.equal(status, 201, `${name}: ${JSON.stringify(body)}`)
    attempt.created = body.data
  }

  async function remove(attempt: Attempt): Promise<void> {
    if (!attempt.created) return
    attempt.deletion = attempt.deletion === 'done' ? 'done' : 'sent'
    const { status } = await request(asService(croft()), 'DELETE', `/v1/projects/${attempt.created.id}`)
    assert.ok(status === 204 || status === 404, `deleting ${attempt.name}: ${status}`)
    attempt.deletion = 'done'
  }

  /** What fails while nobody answers says little; a few of those that broke off say all. */
  async function untilReady(): Promise<void> {
    await until(async () => {
      const { ok } = await fetch(`${croft().bootstrap.url}/readyz`, { signal: AbortSignal.timeout(2000) })
      assert.ok(ok || stopped)
    }, 60_000).catch(() => {})
  }

  async function loop(number: number): Promise<void> {
    for (let n = 1; !stopped; n++) {
      const attempt: Attempt = {
        name: `${prefix}-${number}-${n}`,
        key: randomUUID(),
        created: null,
        deletion: 'none',
      }
      attempts.push(attempt)
      try {
        await create(attempt)
        if (random() < 0.3) await remove(attempt)
      } catch {
        failures += 1
        await untilReady()
      }
      await sleep(PAUSE_MS)
    }
  }
  const loops = Array.from({ length: count }, (_, number) => loop(number + 1))

  return {
    attempts,
    failures: () => failures,
    async more(count) {
      const created = () => attempts.filter((attempt) => attempt.created !== null).length
      const before = created()
      await until(() => assert.ok(created() >= before + count, 'creating does not go on'), 30_000, 20)
    },
    async stop() {
      stopped = true
      await Promise.all(loops)
    },
    async settle() {
      const cut = attempts.filter((attempt) => attempt.created === null)
      await Promise.all(cut.map((attempt) => until(() => create(attempt), RETRY_MS, 500)))
      const half = attempts.filter((attempt) => attempt.deletion === 'sent')
      await Promise.all(half.map((attempt) => until(() => remove(attempt), 10_000)))

      const kept = attempts.filter((attempt) => attempt.deletion === 'none')
      const found = await until(async () => {
        const databases = await list<Database>(croft(), '/databases')
        const ours = databases.filter((one) => one.name.startsWith(`${prefix}-`))
        assert.deepEqual(ours.map((one) => one.name).sort(), kept.map((one) => one.name).sort())
        assert.deepEqual(
          ours.filter((one) => one.state !== 'ready'),
          [],
        )
        return ours
      }, 30_000)
      assert.equal(found.length, kept.length)
      const strings: string[] = []
      for (const { name, created } of kept) {
        const connectionString = created?.database.connectionString
        assert.ok(connectionString, `${name} has no connection string`)
        assert.deepEqual(await query(connectionString, 'select 1 as one'), [{ one: 1 }])
        strings.push(connectionString)
      }
      return strings
    },
    async remove() {
      const left = attempts.filter((attempt) => attempt.created !== null && attempt.deletion !== 'done')
      await Promise.all(left.map((attempt) => until(() => remove(attempt), 10_000)))
    },
  }
}
