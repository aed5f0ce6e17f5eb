import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createFakeEngine } from '../../test/fake-engine.ts'
import { quiet } from '../../test/host-fixture.ts'
import { AgentFault } from '../fault.ts'
import { systemClock } from '../instances/clock.ts'
import { createSlots } from '../instances/slots.ts'
import { joinPools } from './join-pools.ts'
import { createWarmPool } from './warm-pool.ts'

const small = { size: 'small', memoryMb: 64, settings: { some: '1' } }

async function setUp(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'croft-'))
  const [data, runtime] = [join(root, 'data'), join(root, 'run')]
  await mkdir(data)
  await mkdir(runtime)
  const fake = createFakeEngine()
  const slots = createSlots(data, runtime)
  const common = { slots, clock: systemClock, log: quiet, servers: 1, directories: 1 }
  const pool = createWarmPool({ ...common, engine: fake })
  t.after(async () => {
    await pool.close()
    await rm(root, { recursive: true, force: true })
  })
  return { fake, pool, common }
}

test('a pool without resources is empty until a creation has shown what is wanted', async (t) => {
  const { fake, pool } = await setUp(t)
  pool.begin()
  await pool.full()
  assert.equal(fake.starts, 0)
  assert.equal(pool.take(fake.name, fake.defaultVersion, small), undefined)
  await pool.during(Promise.resolve())
  await pool.full()
  assert.equal(fake.starts, 1)
  assert.equal(pool.take('another', fake.defaultVersion, small), undefined)
  const warm = pool.take(fake.name, fake.defaultVersion, small)
  assert.ok(warm?.server)
  await warm.server.stop('immediate')
})

test('a pool of an engine that is not installed gives up until the next creation', async (t) => {
  const { fake, pool } = await setUp(t)
  let tries = 0
  const { initialize } = fake
  Object.assign(fake, {
    initialize() {
      tries += 1
      throw new AgentFault('engine-not-installed', 'It is not there.')
    },
  })
  assert.equal(pool.take(fake.name, fake.defaultVersion, small), undefined)
  await pool.during(Promise.resolve())
  await pool.full()
  assert.equal(tries, 1)
  Object.assign(fake, { initialize })
  pool.take(fake.name, fake.defaultVersion, small)
  await pool.during(Promise.resolve())
  await pool.full()
  assert.equal(fake.starts, 1)
})

test('a pool whose version has gone from its host gives nothing of it as another version', async (t) => {
  const { fake, pool } = await setUp(t)
  pool.take(fake.name, '1', small)
  await pool.during(Promise.resolve())
  await pool.full()
  const { initialize } = fake
  const gone = () => Promise.reject(new AgentFault('engine-not-installed', 'It was replaced by version 2.'))
  Object.assign(fake, { initialize: gone })
  const first = pool.take(fake.name, '1', small)
  await first?.server?.stop('immediate')
  await pool.during(Promise.resolve())
  await pool.full()
  Object.assign(fake, { initialize })
  assert.equal(pool.take(fake.name, '2', small), undefined)
})

test('joined pools each give what is theirs, and rest while any engine creates', async (t) => {
  const { fake, pool, common } = await setUp(t)
  const other = { ...createFakeEngine(), name: 'other' }
  const second = createWarmPool({ ...common, engine: other, resources: small })
  const joined = joinPools([pool, second])
  t.after(() => second.close())
  const { promise: creation, resolve } = Promise.withResolvers<void>()
  const during = joined.during(creation)
  joined.begin()
  assert.equal(joined.take('other', other.defaultVersion, small), undefined)
  assert.equal(joined.take(fake.name, fake.defaultVersion, small), undefined)
  resolve()
  await during
  await joined.full()
  for (const name of ['other', fake.name]) {
    const warm = joined.take(name, fake.defaultVersion, small)
    assert.ok(warm?.server, name)
    await warm.server.stop('immediate')
  }
})
