import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeTestHost } from '../../test/host-fixture.ts'

const program = fileURLToPath(new URL('./engine.ts', import.meta.url))

test('it lists the versions as JSON, installs what is there already, and says what it does not know', async (t) => {
  const host = await makeTestHost()
  t.after(host.remove)
  const env = { PATH: process.env.PATH, CROFT_DATA_DIR: join(host.root, 'the data') }
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args], { env })

  const versions: unknown = JSON.parse((await run('list')).stdout)
  assert.deepEqual(versions, [
    { engine: 'postgres', version: '18', installed: true },
    { engine: 'postgres', version: '17', installed: false },
    { engine: 'postgres', version: '16', installed: false },
  ])
  assert.match((await run('install', 'postgres', '18')).stdout, /PostgreSQL 18/)
  await assert.rejects(run('install', 'postgres', '9'), /versions are 18, 17, 16/)
  await assert.rejects(run('install', 'oracle', '9'), /engines are postgres/)
  await assert.rejects(run('remove'), /usage/)
})
