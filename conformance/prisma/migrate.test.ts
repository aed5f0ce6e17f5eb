import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { assertDone, bodyOf, managementApi } from '../harness/management-api.ts'
import { loginFault, query } from '../harness/query.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const api = managementApi(croft.bootstrap.url, croft.bootstrap.serviceToken)
const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
const connectionString = database?.connectionString ?? ''

function inDatabase(name: string, from = connectionString): string {
  const url = new URL(from)
  url.pathname = `/${name}`
  return url.href
}

// What Prisma's schema engine sends for `prisma migrate dev`: the engine itself is no npm package.
test('prisma migrate dev has its shadow database', async () => {
  const shadow = `prisma_migrate_shadow_db_${randomUUID()}`
  await query(connectionString, `CREATE DATABASE "${shadow}"`)
  await query(inDatabase(shadow), 'CREATE TABLE "Author" ("id" SERIAL NOT NULL, PRIMARY KEY ("id"))')
  const [row] = await query(inDatabase(shadow), 'select to_regclass(\'"Author"\')::text as made')
  assert.deepEqual(row, { made: '"Author"' })
  assert.deepEqual(await query(connectionString, 'select to_regclass(\'"Author"\') as made'), [
    { made: null },
  ])
  await query(connectionString, `DROP DATABASE IF EXISTS "${shadow}" WITH (FORCE)`)
  assert.equal(await loginFault(inDatabase(shadow)), '3D000')
})

test('prisma migrate reset, its lock and its table of migrations', async () => {
  await query(connectionString, 'SELECT pg_advisory_lock(72707369)')
  await query(connectionString, "CREATE TYPE \"Mood\" AS ENUM ('good', 'bad')")
  await query(connectionString, 'CREATE TABLE "_prisma_migrations" ("id" VARCHAR(36) PRIMARY KEY NOT NULL)')
  await query(connectionString, 'DROP SCHEMA "public" CASCADE; CREATE SCHEMA "public"')
  await query(connectionString, 'CREATE SCHEMA "audit"; CREATE TABLE "audit"."line" ("id" INT)')
  await query(connectionString, 'CREATE EXTENSION IF NOT EXISTS "citext"')
  assert.deepEqual(await query(connectionString, 'select count(*)::int as n from "audit"."line"'), [{ n: 0 }])
})

test('what one connection makes, the others may use and change', async () => {
  const params = { path: { databaseId: database?.id ?? '' } }
  const made = await api.POST('/v1/databases/{databaseId}/connections', { params, body: { name: 'ci' } })
  const ci = bodyOf(made, 200).data
  await query(connectionString, 'CREATE TABLE "shared" ("id" INT); INSERT INTO "shared" VALUES (1)')
  await query(ci.connectionString, 'ALTER TABLE "shared" ADD COLUMN "name" TEXT')
  await query(ci.connectionString, 'CREATE TABLE "of_ci" AS SELECT "id" FROM "shared"')
  assertDone(await api.DELETE('/v1/connections/{id}', { params: { path: { id: ci.id } } }))
  assert.deepEqual(await query(connectionString, 'SELECT "id" FROM "of_ci"'), [{ id: 1 }])
  await query(connectionString, 'DROP TABLE "of_ci"')
})

/** Insufficient privilege; not allowed by the server's configuration. */
const REFUSED = new Set(['42501', '0A000'])

test('a role of a tenant may not leave its database', async () => {
  for (const statement of [
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    'CREATE ROLE other LOGIN SUPERUSER',
    "ALTER SYSTEM SET archive_command = 'id'",
    'CREATE EXTENSION "file_fdw"',
  ]) {
    const error = await query(connectionString, statement).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof Error && 'code' in error, statement)
    assert.ok(REFUSED.has(String(error.code)), `${statement}: ${error.message}`)
  }
  assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
})
