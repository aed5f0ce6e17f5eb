import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { bodyOf, managementApi } from '../harness/management-api.ts'
import { query } from '../harness/query.ts'
import { newClient } from '../harness/run-client.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { url, serviceToken } = croft.bootstrap
const api = managementApi(url, serviceToken)
const { database } = bodyOf(await api.POST('/v1/projects', { body: { name: 'linked' } }), 201).data
const databaseId = database?.id ?? ''

async function link(t: { after(end: () => Promise<void>): void }, ...flags: string[]) {
  const client = await newClient({ PRISMA_MANAGEMENT_API_URL: url })
  t.after(() => client.remove())
  const ended = await client.run('prisma', 'postgres', 'link', ...flags)
  const env = await readFile(join(client.directory, '.env'), 'utf8').catch(() => '')
  return { ...ended, output: ended.stdout + ended.stderr, env }
}

test('prisma postgres link writes a connection string of its own that works', async (t) => {
  const { code, output, env } = await link(t, '--api-key', serviceToken, '--database', databaseId)
  assert.equal(code, 0, output)
  const [, connectionString = ''] = /^DATABASE_URL=['"]?([^'"\n]+)['"]?$/m.exec(env) ?? []
  assert.deepEqual(await query(connectionString, 'select 1 as n'), [{ n: 1 }])
  const params = { path: { databaseId } }
  const made = bodyOf(await api.GET('/v1/databases/{databaseId}/connections', { params }), 200).data
  assert.deepEqual(
    made.map(({ name }) => name.replace(/^dev-.+/, 'dev-…')),
    ['Default', 'dev-…'],
  )
})

test('prisma postgres link with a token that is none', async (t) => {
  const { code, output, env } = await link(t, '--api-key', 'a.b.c', '--database', databaseId)
  assert.notEqual(code, 0)
  assert.match(output, /Invalid credentials/)
  assert.equal(env, '')
})

test('prisma postgres link of a database that is not there', async (t) => {
  const missing = 'db_c000000000000000000000000'
  const { code, output, env } = await link(t, '--api-key', serviceToken, '--database', missing)
  assert.notEqual(code, 0, output)
  assert.equal(env, '')
})
