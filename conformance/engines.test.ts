import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from './harness/croft.ts'

const run = promisify(execFile)
const CLI = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'croft.mjs')

let croft: Croft
before(async () => {
  // Not those that all tests share: what is installed here is to be missing at first.
  const dataDirectory = await newDataDirectory()
  croft = await startCroft(dataDirectory, { CROFT_ENGINES_DIR: join(dataDirectory, 'engines') })
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(croft.dataDirectory)
})

async function cli(...args: string[]): Promise<string> {
  const env = { ...process.env, CROFT_ENGINES_DIR: join(croft.dataDirectory, 'engines') }
  const { stdout } = await run(process.execPath, [CLI, ...args, '--data-dir', croft.dataDirectory], { env })
  return stdout.trim()
}

async function create(name: string, version: string): Promise<string> {
  return cli('database', 'create', name, '--engine-version', version)
}

test('a version that is not installed is refused with what to do', async () => {
  await assert.rejects(create('old', '17'), /croft engine install postgres@17/)
})

for (const version of ['17', '16']) {
  test(`PostgreSQL ${version}, installed while Croft runs, serves a database`, async () => {
    await cli('engine', 'install', `postgres@${version}`)
    const connectionString = await create(`on-${version}`, version)
    const client = new pg.Client({ connectionString })
    await client.connect()
    try {
      const { rows } = await client.query('show server_version')
      assert.equal(rows[0].server_version.split('.')[0], version)
    } finally {
      await client.end()
    }
  })
}
