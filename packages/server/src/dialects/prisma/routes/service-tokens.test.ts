import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp, ORIGIN } from '../../../../test/prisma-app.ts'
import { dataOf, send } from '../../../../test/prisma-request.ts'
import { newId } from '../../../platform/ids/index.ts'
import { showId } from '../ids.ts'

test('service tokens: newest first, the value once, empty for a foreign workspace, dead when deleted', async (t) => {
  const given = await createPrismaApp(t)
  const path = `/v1/workspaces/${showId('workspace', given.acme.id)}/service-tokens`
  interface Token {
    id: string
    name: string
    value: string
    valueHint: string
  }
  const created = await send(given, 'POST', path, { body: { name: 'ci' } })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const token = dataOf<Token>(created)
  assert.equal(token.value.slice(-4), token.valueHint)
  const list = await send(given, 'GET', path)
  assert.deepEqual(
    dataOf<Token[]>(list).map(({ name, value }) => [name, value]),
    [
      ['ci', undefined],
      ['test', undefined],
    ],
  )
  for (const workspace of [showId('workspace', given.other.id), showId('workspace', newId()), 'no-id']) {
    const empty = await send(given, 'GET', `/v1/workspaces/${workspace}/service-tokens`)
    assert.deepEqual([empty.status, dataOf<Token[]>(empty)], [200, []])
  }
  assert.equal((await send(given, 'POST', path, { body: {} })).status, 422)
  assert.equal(
    (await send(given, 'POST', '/v1/workspaces/-/service-tokens', { body: { name: 'x' } })).status,
    422,
  )
  assert.equal((await send(given, 'GET', '/v1/me', { as: token.value })).status, 200)
  assert.equal((await send(given, 'DELETE', `${path}/${token.id}`)).status, 204)
  assert.equal((await send(given, 'GET', '/v1/me', { as: token.value })).status, 401)
  assert.equal((await send(given, 'DELETE', `${path}/${token.id}`)).status, 404)
})

test('me and workspaces of a service token', async (t) => {
  const given = await createPrismaApp(t)
  const me = dataOf<{ user: null; workspace: object; credential: { type: string; name: string } }>(
    await send(given, 'GET', '/v1/me'),
  )
  const id = showId('workspace', given.acme.id)
  assert.deepEqual([me.user, me.workspace], [null, { id, name: 'Acme' }])
  assert.deepEqual([me.credential.type, me.credential.name], ['service_token', 'test'])
  const workspaces = dataOf<{ id: string }[]>(await send(given, 'GET', '/v1/workspaces'))
  assert.deepEqual(
    workspaces.map((workspace) => workspace.id),
    [id],
  )
  const subscription = await send(given, 'GET', `/v1/workspaces/${id}/subscription`)
  assert.deepEqual(dataOf(subscription), {
    planName: 'Self-hosted',
    usageBlocked: false,
    upgradeUrl: `${ORIGIN}/`,
  })
  assert.equal((await send(given, 'POST', '/v1/workspaces', { body: {} })).status, 403)
})
