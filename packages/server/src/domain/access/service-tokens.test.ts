import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestAccess } from '../../../test/access.ts'
import { newId } from '../../platform/ids/index.ts'
import { bareId } from './bare-id.ts'

const page = (limit = 100, after: string | null = null) => ({ limit, after })
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

test('a service token works at once, is shown once, and stops at once when it is revoked', async (t) => {
  const { access, db, system, workspaces } = await createTestAccess(t)
  const workspaceId = workspaces[0].id
  const { value, ...token } = await access.createServiceToken(system, { workspaceId, name: ' ci ' })
  assert.equal(token.name, 'ci')
  assert.equal(token.hint, value.slice(-4))
  const claims = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString())
  assert.equal(claims.sub, `workspace:${bareId(workspaceId)}`)
  assert.equal(claims.jti, bareId(token.id))

  const principal = await access.authenticate(value)
  assert.deepEqual(
    { ...principal },
    {
      type: 'service-token',
      id: token.id,
      name: 'ci',
      workspaceId,
      userId: null,
      tokenId: token.id,
      scopes: [],
      bindings: [{ role: 'workspace-admin', scope: { type: 'workspace', id: workspaceId } }],
      ruleSets: [],
    },
  )
  const stored = await db.selectFrom('access_tokens').selectAll().executeTakeFirstOrThrow()
  assert.ok(!JSON.stringify(stored).includes(value.slice(-12)))

  const call = { principal, requestId: 'r' }
  assert.deepEqual((await access.listServiceTokens(call, { workspaceId, page: page() })).items, [token])
  await access.revokeServiceToken(call, { workspaceId, id: token.id })
  await assert.rejects(access.authenticate(value), code('not-authenticated'))
  await assert.rejects(
    access.revokeServiceToken(system, { workspaceId, id: token.id }),
    code('token-not-found'),
  )
  assert.deepEqual((await access.listServiceTokens(system, { workspaceId, page: page() })).items, [])
  const events = await db
    .selectFrom('events')
    .select(['action', 'subject_id', 'workspace_id'])
    .orderBy('id')
    .execute()
  assert.deepEqual(
    events.map((event) => event.action),
    ['token.created', 'token.revoked'],
  )
  assert.ok(events.every((event) => event.subject_id === token.id && event.workspace_id === workspaceId))
})

test('garbled, unknown and expired tokens are nobody', async (t) => {
  const { access, db, system, workspaces } = await createTestAccess(t)
  const expiresAt = new Date(Date.now() + 3_600_000)
  const { value, id } = await access.createServiceToken(system, {
    workspaceId: workspaces[0].id,
    name: 'short',
    expiresAt,
  })
  await access.authenticate(value)
  for (const wrong of [
    '',
    'x',
    value.slice(0, -1),
    `${value}x`,
    value.toUpperCase(),
    'a\0b',
    'x'.repeat(1e5),
  ]) {
    await assert.rejects(access.authenticate(wrong), code('not-authenticated'))
  }
  await db
    .updateTable('access_tokens')
    .set({ expires_at: new Date(Date.now() - 1) })
    .where('id', '=', id)
    .execute()
  await assert.rejects(access.authenticate(value), code('not-authenticated'))
})

test('tokens of other workspaces cannot be made, seen or revoked', async (t) => {
  const { access, system, workspaces } = await createTestAccess(t)
  const [mine, theirs] = workspaces
  const { value } = await access.createServiceToken(system, { workspaceId: mine.id, name: 'mine' })
  const foreign = await access.createServiceToken(system, { workspaceId: theirs.id, name: 'theirs' })
  const call = { principal: await access.authenticate(value), requestId: 'r' }
  for (const workspaceId of [theirs.id, newId()]) {
    await assert.rejects(
      access.createServiceToken(call, { workspaceId, name: 'x' }),
      code('workspace-not-found'),
    )
    assert.deepEqual(await access.listServiceTokens(call, { workspaceId, page: page() }), {
      items: [],
      next: null,
    })
    await assert.rejects(
      access.revokeServiceToken(call, { workspaceId, id: foreign.id }),
      code('token-not-found'),
    )
  }
  await assert.rejects(
    access.revokeServiceToken(call, { workspaceId: mine.id, id: foreign.id }),
    code('token-not-found'),
  )
  await access.authenticate(foreign.value)
})

test('bad names and ends are refused', async (t) => {
  const { access, system, workspaces } = await createTestAccess(t)
  const workspaceId = workspaces[0].id
  for (const name of ['', '  ', 'x'.repeat(256), 'a\0b']) {
    await assert.rejects(access.createServiceToken(system, { workspaceId, name }), code('invalid-input'))
  }
  for (const expiresAt of [new Date(Date.now() - 1000), new Date(Number.NaN)]) {
    await assert.rejects(
      access.createServiceToken(system, { workspaceId, name: 'x', expiresAt }),
      code('invalid-input'),
    )
  }
})

test('lists are newest first, page by page', async (t) => {
  const { access, system, workspaces } = await createTestAccess(t)
  const workspaceId = workspaces[0].id
  for (const name of ['1', '2', '3']) await access.createServiceToken(system, { workspaceId, name })
  const first = await access.listServiceTokens(system, { workspaceId, page: page(2) })
  assert.deepEqual(
    first.items.map((token) => token.name),
    ['3', '2'],
  )
  const second = await access.listServiceTokens(system, { workspaceId, page: page(2, first.next) })
  assert.deepEqual([second.items.map((token) => token.name), second.next], [['1'], null])
})

test('the last use of a token is written, but not by each request', async (t) => {
  const { access, db, system, workspaces } = await createTestAccess(t)
  const { value, id } = await access.createServiceToken(system, { workspaceId: workspaces[0].id, name: 'x' })
  const lastUsed = async () =>
    (
      await db
        .selectFrom('access_tokens')
        .select('last_used_at')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).last_used_at
  await access.authenticate(value)
  assert.equal(await lastUsed(), null)
  await access.close()
  const first = await lastUsed()
  assert.ok(first)
  await access.authenticate(value)
  await access.close()
  assert.deepEqual(await lastUsed(), first)
  const longAgo = new Date(Date.now() - 120_000)
  await db.updateTable('access_tokens').set({ last_used_at: longAgo }).where('id', '=', id).execute()
  await access.authenticate(value)
  await access.close()
  assert.notDeepEqual(await lastUsed(), longAgo)
})
