import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPeopleApp, PEOPLE_ORIGIN } from '../../../test/people-app.ts'
import { newId } from '../../platform/ids/index.ts'
import { mountDialect } from '../dialect.ts'
import { foldIds } from './fold-ids.ts'
import { createPdsDialect } from './index.ts'

test('ids of a path are folded, and names are left alone', () => {
  const params = { id: 'AB', actorId: 'CD', name: 'EF' }
  foldIds({ params })
  assert.deepEqual(params, { id: 'ab', actorId: 'cd', name: 'EF' })
  foldIds({ params: null })
})

test('an id in capitals finds the same, and a name that no row can have is refused', async (t) => {
  const { app, domain, access, workspaces, user } = await createPeopleApp(t)
  const originOf = () => PEOPLE_ORIGIN
  await mountDialect(app, createPdsDialect({ deps: domain, idempotency: domain, originOf }))
  const [{ id: workspaceId, organizationId }] = workspaces
  const scope = { type: 'organization', id: organizationId } as const
  const { id: userId, call } = await user('chief@example.com', 'organization-admin', scope)
  const { value } = await access.createUserKey(call, { name: 'key', expiresAt: null })
  const account = await access.createServiceAccount(call, { workspaceId, name: 'agent' })
  const send = async (method: 'GET' | 'DELETE', url: string) =>
    (await app.inject({ method, url, headers: { authorization: `Bearer ${value}` } })).statusCode
  for (const [before, id, after] of [
    ['/api/accounts/', organizationId, ''],
    ['/api/accounts/', organizationId, '/role-bindings'],
    [`/api/accounts/${organizationId}/iam/`, userId, ''],
    ['/api/tenants/', workspaceId, '/role-bindings'],
    ['/api/service-accounts/', account.id, '/token'],
  ] as const) {
    assert.equal(await send('GET', `${before}${id.toUpperCase()}${after}`), 200, `${before}${after}`)
  }
  assert.equal(await send('DELETE', `/api/backups/${newId()}/jobs/a%00b`), 400)
})
