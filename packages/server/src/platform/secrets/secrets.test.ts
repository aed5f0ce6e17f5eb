import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { createTestDatabase } from '../../../test/database.ts'
import {
  CannotOpen,
  createSealer,
  KeyRingUnusable,
  openKeyRing,
  rotateSealedColumns,
  SEALED_COLUMNS,
  sealedContext,
  usedKeys,
} from './index.ts'

async function ringPath(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-keys-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'keys.json')
}

test('what is sealed opens with its context and with no other', async (t) => {
  const sealer = createSealer(openKeyRing(await ringPath(t), { create: true }))
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (secret, aad, other) => {
      const sealed = sealer.seal(secret, aad)
      assert.equal(sealer.open(sealed, aad), secret)
      if (other !== aad) assert.throws(() => sealer.open(sealed, other), CannotOpen)
    }),
  )
})

test('no byte of a sealed secret can be changed or left out', async (t) => {
  const sealer = createSealer(openKeyRing(await ringPath(t), { create: true }))
  const sealed = sealer.seal('correct horse', 'row')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.throws(() => sealer.open(changed, 'row'), CannotOpen, `byte ${at}`)
    assert.throws(() => sealer.open(sealed.subarray(0, at), 'row'), CannotOpen, `cut at ${at}`)
  }
})

test('equal secrets look different, and none is seen', async (t) => {
  const sealer = createSealer(openKeyRing(await ringPath(t), { create: true }))
  const one = sealer.seal('hunter2hunter2', 'row')
  assert.notDeepEqual(one, sealer.seal('hunter2hunter2', 'row'))
  assert.ok(!one.includes('hunter2'))
})

test('the first start makes the file, for its owner only, and later ones keep it', async (t) => {
  const path = await ringPath(t)
  assert.throws(() => openKeyRing(path, { create: false }), KeyRingUnusable)
  // Processes that start together end up with one ring.
  const rings = Array.from({ length: 4 }, () => openKeyRing(path, { create: true }))
  assert.equal(new Set(rings.map((ring) => ring.active().id)).size, 1)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(join(path, '..')), ['keys.json'])
})

test('a file that is no key ring, or open to all, is refused without showing it', async (t) => {
  const path = await ringPath(t)
  const good = openKeyRing(path, { create: true }) && (await readFile(path, 'utf8'))
  for (const text of [
    '',
    '{"keys": "SECRET',
    '{}',
    '{"active":"x","keys":[]}',
    good.replace(/"active": "\w/, '"active": "x'),
  ]) {
    await writeFile(path, text)
    assert.throws(
      () => openKeyRing(path, { create: true }),
      (error) => error instanceof KeyRingUnusable && !error.message.includes('SECRET'),
      text,
    )
  }
  await writeFile(path, good)
  await chmod(path, 0o644)
  assert.throws(() => openKeyRing(path, { create: true }), /chmod 600/)
})

test('a key that another process added opens here, and a rotation keeps every key', async (t) => {
  const path = await ringPath(t)
  const here = openKeyRing(path, { create: true })
  const there = openKeyRing(path, { create: true })
  const old = createSealer(here).seal('old', 'row')
  const ids = await Promise.all([here.rotate(), there.rotate(), here.rotate(), there.rotate()])
  const fresh = openKeyRing(path, { create: false })
  for (const id of ids) assert.ok(fresh.find(id), 'a concurrent rotation was lost')
  const sealed = createSealer(there).seal('new', 'row')
  assert.equal(createSealer(here).open(sealed, 'row'), 'new')
  assert.equal(createSealer(fresh).open(old, 'row'), 'old')
})

test('a secret whose key is not in the ring says so', async (t) => {
  const sealed = createSealer(openKeyRing(await ringPath(t), { create: true })).seal('x', 'row')
  const other = createSealer(openKeyRing(await ringPath(t), { create: true }))
  assert.throws(() => other.open(sealed, 'row'), /has no key/)
})

test('rotation reseals every sealed column and retires the old key', async (t) => {
  const { db } = await createTestDatabase(t)
  const ring = openKeyRing(await ringPath(t), { create: true })
  const sealer = createSealer(ring)
  // Only the sealed columns matter here, not what credentials hang on.
  await sql`alter table credentials drop constraint credentials_database_id_fkey`.execute(db)
  const ids = Array.from({ length: 450 }, (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`)
  const row = (id: string) => ({
    id,
    database_id: id,
    name: 'Default',
    role_name: id,
    password: sealer.seal(`password of ${id}`, sealedContext('credentials', 'password', id)),
    verifier: '',
  })
  await db.insertInto('credentials').values(ids.map(row)).execute()
  const keys = ['a:b', 'a', 'Ä', 'b']
  for (const key of keys) {
    await db
      .insertInto('idempotency_keys')
      .values({
        scope: 's:1',
        key,
        request_hash: Buffer.alloc(32),
        locked_until: new Date(),
        body: key === 'b' ? null : sealer.seal(key, sealedContext('idempotency_keys', 'body', 's:1', key)),
      })
      .execute()
  }
  const first = ring.active().id
  assert.deepEqual(await rotateSealedColumns(db, ring), { rewrapped: 0, retired: [] })
  const second = await ring.rotate()
  assert.deepEqual(await rotateSealedColumns(db, ring), { rewrapped: 453, retired: [first] })
  assert.deepEqual(await usedKeys(db), new Set([second]))
  assert.deepEqual(ring.replaced(), [])
  for (const { id, password } of await db.selectFrom('credentials').selectAll().execute()) {
    assert.equal(sealer.open(password, sealedContext('credentials', 'password', id)), `password of ${id}`)
  }
})

test('a key stays as long as a row cannot be resealed', async (t) => {
  const { db } = await createTestDatabase(t)
  const ring = openKeyRing(await ringPath(t), { create: true })
  await db
    .insertInto('idempotency_keys')
    .values({
      scope: 's',
      key: 'k',
      request_hash: Buffer.alloc(32),
      locked_until: new Date(),
      body: createSealer(ring).seal('x', 'a row that it is not in'),
    })
    .execute()
  await ring.rotate()
  await assert.rejects(rotateSealedColumns(db, ring), CannotOpen)
  assert.equal(ring.replaced().length, 1)
})

test('the list of sealed columns names bytea columns that exist', async (t) => {
  const { pool } = await createTestDatabase(t)
  for (const { table, column } of SEALED_COLUMNS) {
    const { rows } = await pool.query(
      `select data_type from information_schema.columns where table_schema = 'croft' and table_name = $1 and column_name = $2`,
      [table, column],
    )
    assert.deepEqual(rows, [{ data_type: 'bytea' }], `${table}.${column}`)
  }
})
