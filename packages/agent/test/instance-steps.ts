import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createFakeHost, type FakeHost } from './fake-host.ts'

/** A caller that never leaves. */
export const NEVER = new AbortController().signal

/** A host that is closed with the test. */
export async function setUp(
  t: TestContext,
  warm?: { servers: number; directories: number },
): Promise<FakeHost> {
  const fake = await createFakeHost(warm)
  t.after(() => fake.close())
  return fake
}

/** Waits until a revision is applied. */
export function reached(fake: FakeHost, id: string, revision: number) {
  return fake.until(() => {
    const seen = fake.observed.get(id)
    return seen && seen.revision >= revision && seen.status === 'ready' ? seen : undefined
  })
}

/** A host on which the instance `a` runs. */
export async function ready(
  t: TestContext,
  warm?: { servers: number; directories: number },
): Promise<FakeHost> {
  const fake = await setUp(t, warm)
  fake.want({ id: 'a' })
  await reached(fake, 'a', 1)
  return fake
}

export function find(fake: FakeHost, id: string) {
  const instance = fake.instances.find(id)
  assert.ok(instance)
  return instance
}

export function onlyServer(fake: FakeHost) {
  const [server, ...others] = fake.engine.servers
  assert.ok(server)
  assert.equal(others.length, 0)
  return server
}

export async function fallAsleep(fake: FakeHost, id = 'a'): Promise<void> {
  await fake.clock.advance(62_000)
  await fake.until(() => fake.observed.get(id)?.power === 'asleep')
}
