import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { asService, createProject, type Database, list, type NewProject, request } from './api.ts'
import { query } from './query.ts'
import { assertGone } from './tidy.ts'
import { until } from './until.ts'

const dataDirectory = await newDataDirectory()
const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
const mounted =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  run('mount', '-t', 'tmpfs', '-o', 'size=400m,mode=0711', 'tmpfs', dataDirectory)
const ballast = join(dataDirectory, 'ballast')

after(async () => {
  if (mounted) run('umount', '-l', dataDirectory)
  await removeDataDirectory(dataDirectory)
})

/** Leaves no byte free. */
function fill(): void {
  const file = openSync(ballast, 'w')
  const chunk = Buffer.alloc(1 << 20)
  try {
    for (let size = chunk.length; size >= 4096; size /= 2) {
      try {
        for (;;) writeSync(file, chunk, 0, size)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    }
  } finally {
    closeSync(file)
  }
  assert.ok(statfsSync(dataDirectory).bavail < 4)
}

async function find(croft: Croft, name: string): Promise<Database | undefined> {
  return (await list<Database>(croft, '/databases')).find((one) => one.name === name)
}

test('a full disk', { skip: mounted ? false : 'only root may mount a small disk' }, async (t) => {
  const croft = await startCroft(dataDirectory, { CROFT_WARM_SERVERS: '0', CROFT_WARM_DIRECTORIES: '0' })
  t.after(() => croft.stop())
  const { database } = await createProject(croft, 'before')
  const string = database.connectionString ?? ''
  await query(string, 'create table kept as select 42 as answer')
  fill()

  await t.test('lets existing databases be read', async () => {
    assert.deepEqual(await query(string, 'select answer from kept'), [{ answer: 42 }])
  })

  await t.test('fails a create, and says why', async () => {
    const { status, body } = await request<{ data?: NewProject; error?: { message: string } }>(
      asService(croft),
      'POST',
      '/v1/projects',
      { name: 'during' },
    )
    t.diagnostic(`answered ${status}, ${body.data?.database.status ?? body.error?.message}`)
    if (status === 201) {
      assert.notEqual(body.data?.database.status, 'ready')
      await until(async () => {
        const found = await find(croft, 'during')
        assert.match(`${found?.stateMessage}`, /disk .*full/i)
      }, 15_000)
    } else {
      assert.ok(status === 503 || status === 507, `${status}`)
      assert.match(`${body.error?.message}`, /disk .*full|try again/i)
    }
  })

  await t.test('that has space again lets everything work', async () => {
    rmSync(ballast)
    const { database } = await until(() => createProject(croft, 'after'), 30_000, 1000)
    assert.deepEqual(await query(database.connectionString ?? '', 'select 1 as one'), [{ one: 1 }])
    await query(string, 'insert into kept values (43)')
    // Unless the create was refused: what was begun is made now.
    if (await find(croft, 'during')) {
      await until(async () => {
        const during = await find(croft, 'during')
        assert.equal(during?.state, 'ready', `${during?.stateMessage}`)
      }, 30_000)
    }
  })

  await t.test('leaves nothing after a stop', async () => {
    assert.equal(await croft.stop(), 0)
    await assertGone(croft)
  })
})
