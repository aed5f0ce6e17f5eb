import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/database.ts'
import { createTestSealer } from '../../test/sealer.ts'
import { createAccess } from '../domain/access/index.ts'
import { CroftError } from '../platform/errors/index.ts'
import { bootstrap } from './bootstrap.ts'
import { CannotStart } from './cannot-start.ts'

const COMMON = { adminEmail: 'admin@example.com', url: 'http://127.0.0.1:1', sharedMetadata: false }

test('a first start that was cut off anywhere is completed by the next, with the same secrets', async (t) => {
  const { db, pool } = await createTestDatabase(t)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'croft-bootstrap-'))
  t.after(() => rm(dataDirectory, { recursive: true, force: true }))
  const access = createAccess({ db, pool, log: { warn: () => {} }, sealer: createTestSealer() })
  const options = { ...COMMON, db, access, dataDirectory }
  const cut = async () => {
    throw new Error('the power is gone')
  }
  const read = async () => JSON.parse(await readFile(join(dataDirectory, 'bootstrap.json'), 'utf8'))

  const broken = { ...options, access: { ...access, ensureAdministrator: cut } }
  await assert.rejects(bootstrap(broken), /power/)
  const first = await read()
  await assert.rejects(bootstrap({ ...options, access: { ...access, createServiceToken: cut } }), /power/)
  await bootstrap(options)
  const { serviceToken, adminToken, ...rest } = await read()
  assert.deepEqual(rest, first)
  assert.equal((await access.authenticate(serviceToken)).workspaceId, first.workspaceId)
  const given = { email: first.adminEmail, password: first.adminPassword }
  await access.login({ ...given, address: '192.0.2.1', requestId: 'r' })

  await bootstrap(options)
  assert.deepEqual(await read(), { ...first, serviceToken, adminToken })
})

test('a token that cannot be checked at the moment is no reason for another one', async (t) => {
  const { db, pool } = await createTestDatabase(t)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'croft-bootstrap-'))
  t.after(() => rm(dataDirectory, { recursive: true, force: true }))
  const access = createAccess({ db, pool, log: { warn: () => {} }, sealer: createTestSealer() })
  const options = { ...COMMON, db, access, dataDirectory }
  await bootstrap(options)
  const away = async () => {
    throw new CroftError('unavailable', 'away')
  }
  await assert.rejects(bootstrap({ ...options, access: { ...access, authenticate: away } }), CroftError)
})

test('the metadata of another Croft are left alone, one’s own may get a new file', async (t) => {
  const { db, pool } = await createTestDatabase(t)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'croft-bootstrap-'))
  t.after(() => rm(dataDirectory, { recursive: true, force: true }))
  const access = createAccess({ db, pool, log: { warn: () => {} }, sealer: createTestSealer() })
  const options = { ...COMMON, db, access, dataDirectory }
  const path = await bootstrap({ ...options, sharedMetadata: true })
  await bootstrap({ ...options, sharedMetadata: true })
  await rm(path)
  await assert.rejects(bootstrap({ ...options, sharedMetadata: true }), CannotStart)
  await assert.rejects(readFile(path), { code: 'ENOENT' })
  await bootstrap(options)
  const { workspaceId } = JSON.parse(await readFile(path, 'utf8'))
  const row = await db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow()
  assert.equal(workspaceId, row.id)
})
