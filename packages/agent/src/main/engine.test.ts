import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { testEngines } from '../../test/engines-directory.ts'
import { makeTestHost } from '../../test/host-fixture.ts'

const program = fileURLToPath(new URL('./engine.ts', import.meta.url))

test('it lists the versions as JSON, installs what is there already, and says what it does not know', async (t) => {
  const host = await makeTestHost()
  t.after(host.remove)
  const env = { PATH: process.env.PATH, CROFT_DATA_DIR: join(host.root, 'the data') }
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args], { env })

  const versions: { engine: string; installed: boolean; reason?: string }[] = JSON.parse(
    (await run('list')).stdout,
  )
  const isPostgres = ({ engine }: { engine: string }) => engine === 'postgres'
  assert.deepEqual(versions.filter(isPostgres), [
    { engine: 'postgres', version: '18', installed: true },
    { engine: 'postgres', version: '17', installed: false },
    { engine: 'postgres', version: '16', installed: false },
  ])
  assert.match((await run('install', 'postgres', '18')).stdout, /PostgreSQL 18/)
  for (const engine of ['mariadb', 'redis']) {
    const one = versions.find((known) => known.engine === engine)
    // The system may have it.
    assert.ok(one && (one.installed || one.reason?.includes(engine)), engine)
  }
  await assert.rejects(run('install', 'postgres', '9'), /versions are 18, 17, 16/)
  await assert.rejects(run('install', 'redis', '2.8'), /There is no Redis 2\.8/)
  await assert.rejects(run('install', 'oracle', '9'), /engines are postgres/)
  await assert.rejects(run('remove'), /usage/)

  const shared = { ...env, CROFT_ENGINES_DIR: testEngines() }
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'install', 'redis'], {
    env: shared,
  })
  assert.match(stdout, /Redis [\d.]+ (is installed|comes with this system)/)
})
