import assert from 'node:assert/strict'
import { cp, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { bodyOf, managementApi } from '../harness/management-api.ts'
import { query } from '../harness/query.ts'
import { newClient } from '../harness/run-client.ts'

const FIXTURE = join(import.meta.dirname, 'fixtures', 'blog')

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const api = managementApi(croft.bootstrap.url, croft.bootstrap.serviceToken)
const { database } = bodyOf(await api.POST('/v1/projects', { body: { name: 'blog' } }), 201).data
const connectionString = database?.connectionString ?? ''

test('Prisma Client writes, reads and undoes through a printed connection string', async (t) => {
  const client = await newClient({
    DATABASE_URL: connectionString,
    // `generate` does not run it, but downloads one unless it is told of one.
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  })
  t.after(() => client.remove())
  await cp(FIXTURE, client.directory, { recursive: true })
  await symlink(join(import.meta.dirname, '..', 'node_modules'), join(client.directory, 'node_modules'))
  const generated = await client.run('prisma', 'generate')
  assert.equal(generated.code, 0, generated.stdout + generated.stderr)
  await query(connectionString, await readFile(join(FIXTURE, 'tables.sql'), 'utf8'))

  const written = await client.run(join(client.directory, 'write.ts'))
  assert.equal(written.code, 0, written.stdout + written.stderr)
  assert.deepEqual(JSON.parse(written.stdout), {
    created: 2,
    duplicate: 'P2002',
    kept: 2,
    undone: 'changed our mind',
    found: { name: 'Anna', posts: [{ title: 'one' }, { title: 'two' }] },
  })
  const rows = await query(connectionString, 'select count(*)::int as n from "Post"')
  assert.deepEqual(rows, [{ n: 2 }])
})

test('node-postgres may ask for TLS: unchecked, or checked against our certificate authority', async () => {
  const ca = join(dataDirectory, 'tls', 'ca.crt')
  for (const parameters of [
    { sslmode: 'no-verify' },
    { sslmode: 'verify-full', sslrootcert: ca },
    { sslmode: 'require', uselibpqcompat: 'true' },
  ]) {
    const url = new URL(connectionString)
    url.search = new URLSearchParams(parameters).toString()
    const [session] = await query(url.href, 'select 1 as n')
    assert.deepEqual(session, { n: 1 }, url.search)
  }
  const url = new URL(connectionString)
  url.search = '?sslmode=verify-full'
  await assert.rejects(query(url.href, 'select 1'), /self-signed certificate/)
})
