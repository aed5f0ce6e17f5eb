import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { logIn } from '../../harness/log-in.ts'
import { own } from '../../matrix/own.ts'
import { makeProgram } from '../../matrix/people.ts'
import { type Caller, newUser, type Pds } from '../pds.ts'

interface Policy {
  readonly global?: readonly string[] | null
  readonly account?: readonly string[] | null
  readonly tenant?: readonly RolesAt[] | null
  readonly project?: readonly RolesAt[] | null
  readonly namespace?: readonly RolesAt[] | null
}
interface RolesAt {
  readonly role_name: string
  readonly resource_ids: readonly string[]
}
interface Iam {
  readonly id: string
  readonly account_id: string
  readonly actor_id: string
  readonly actor_type: string
  readonly access_policy: Policy & { readonly account_id: string }
}
interface Binding {
  readonly actor_id: string
  readonly actor_type: string
  readonly role_name: string
  readonly account_id?: string
}
interface Bindings {
  readonly data: readonly Binding[]
}
interface Invitations {
  readonly data: readonly { readonly id: string; readonly email: string; readonly role_name: string }[]
  readonly pagination?: { readonly continuation: string }
}

const email = () => `${randomUUID()}@example.com`

export function iamTests(pds: Pds): void {
  const { croft, admin, first, other, nobody } = pds
  const { owner, accountId, tenantId, projectId } = first
  const iam = `/api/accounts/${accountId}/iam`
  const reader = () => newUser(croft, { role: 'organization-reader', type: 'organization', id: accountId })
  const stranger = other.owner

  test('iam: a record is created, read, replaced and deleted', async () => {
    const { userId } = await newUser(croft)
    const account = ['account-reader']
    const tenant = [{ role_name: 'tenant-admin', resource_ids: [tenantId] }]
    const project = [{ role_name: 'project-writer', resource_ids: [projectId] }]
    const policy = { account, tenant, project }
    await owner.refused(404, 'GET', `${iam}/${userId}`)
    const made = await owner.ok<Iam>(200, 'POST', iam, { actor_id: userId, data: policy })
    assert.deepEqual(made.access_policy, { account_id: accountId, ...policy })
    assert.deepEqual([made.actor_id, made.actor_type, made.account_id], [userId, 'user', accountId])
    assert.deepEqual(await owner.ok(200, 'GET', `${iam}/${userId}`), made)
    await owner.refused(409, 'POST', iam, { actor_id: userId, data: policy })

    // What was never given is not there; what was given as an empty list is one.
    const changes: readonly (readonly [Policy, Policy])[] = [
      [
        { account, tenant: [] },
        { account, tenant: [] },
      ],
      [
        { account, tenant: null, project: [] },
        { account, project: [] },
      ],
      [
        { account: [], project },
        { account: [], project },
      ],
      [
        { account, global: [] },
        { account, global: [] },
      ],
      [{ account }, { account }],
      [
        { global: ['pds-base'], account },
        { global: ['pds-base'], account },
      ],
    ]
    for (const [given, shown] of changes) {
      const data = await admin.ok<Iam>(200, 'PUT', iam, { actor_id: userId, data: given })
      assert.deepEqual(data.access_policy, { account_id: accountId, ...shown })
      const read = await owner.ok<Iam>(200, 'GET', `${iam}/${userId}`)
      assert.deepEqual(read.access_policy, { account_id: accountId, ...shown })
      assert.equal(read.id, made.id)
    }
    await owner.ok(204, 'DELETE', `${iam}/${userId}`)
    await owner.refused(404, 'GET', `${iam}/${userId}`)
    await owner.refused(404, 'DELETE', `${iam}/${userId}`)
  })

  test('iam: lists are bare, sorted and filtered, and know service identities', async () => {
    const robot = await makeProgram(croft, accountId, randomUUID())
    const made = await owner.ok<Iam>(200, 'POST', iam, {
      actor_id: robot.id,
      data: { account: ['account-reader'] },
    })
    assert.equal(made.actor_type, 'service_identity')
    const list = (query: string) => owner.ok<Iam[]>(200, 'GET', `${iam}?${query}`)
    const ids = (await list('sort_by=actor_id')).map(({ actor_id }) => actor_id)
    assert.ok(ids.length > 1)
    assert.deepEqual(ids, ids.toSorted())
    assert.deepEqual(
      (await list('sort_by=-actor_id')).map((each) => each.actor_id),
      ids.toReversed(),
    )
    assert.equal((await list('sort_by=account_id')).length, ids.length)
    assert.deepEqual(await list(`actor_id=${robot.id}`), [made])
    assert.ok(
      (await list('actor_type=service_identity')).every((each) => each.actor_type === 'service_identity'),
    )
    assert.ok((await list('actor_type=user')).every((each) => each.actor_type === 'user'))
    await owner.refused(400, 'GET', `${iam}?sort_by=created_at`)
    // The role is the identity's at once.
    const account = await fetchStatus(`/api/accounts/${accountId}/role-bindings`, robot.token)
    assert.equal(account, 200)
  })

  async function fetchStatus(path: string, token: string): Promise<number> {
    const { status } = await fetch(croft.bootstrap.url + path, {
      headers: { authorization: `Bearer ${token}` },
    })
    return status
  }

  test('iam: bad records are refused', async () => {
    const { userId: actor_id } = await newUser(croft)
    const account = ['account-admin']
    const at = (role_name: string, ...resource_ids: string[]) => [{ role_name, resource_ids }]
    const tries: readonly (readonly [number, unknown])[] = [
      [400, { data: { account } }],
      [400, { actor_id }],
      [400, { actor_id: 'no-uuid', data: { account } }],
      [400, { actor_id, data: { account, tenant: at('tenant-admin', 'no-uuid') } }],
      [400, { actor_id, data: { account: 'account-admin' } }],
      [400, '{'],
      [422, { actor_id, data: {} }],
      [422, { actor_id, data: { account: [], tenant: [] } }],
      [422, { actor_id, data: { account: ['emperor'] } }],
      [422, { actor_id, data: { account: ['tenant-admin'] } }],
      [422, { actor_id, data: { account: ['database-admin'] } }],
      [422, { actor_id, data: { tenant: at('account-admin', tenantId) } }],
      [422, { actor_id, data: { tenant: at('tenant-admin') } }],
      [422, { actor_id, data: { tenant: at('tenant-admin', randomUUID()) } }],
      [422, { actor_id, data: { tenant: at('tenant-admin', other.tenantId) } }],
      [422, { actor_id, data: { project: at('project-admin', tenantId) } }],
      [422, { actor_id, data: { namespace: at('namespace-admin', randomUUID()) } }],
      [422, { actor_id: randomUUID(), data: { account } }],
    ]
    for (const [status, body] of tries) {
      await owner.refused(status, 'POST', iam, body)
      await owner.refused(status, 'PUT', iam, body)
    }
    await owner.refused(403, 'PUT', iam, { actor_id, data: { account, global: ['pds-admin'] } })
    await owner.refused(404, 'GET', `${iam}/${actor_id}`)
  })

  test('iam: records are for who administers the account', async () => {
    const weak = await reader()
    const body = { actor_id: weak.userId, data: { account: ['account-admin'] } }
    const calls: readonly (readonly [string, string, unknown?])[] = [
      ['GET', ''],
      ['POST', '', body],
      ['PUT', '', body],
      ['GET', `/${(await newUser(croft)).userId}`],
      ['DELETE', `/${weak.userId}`],
    ]
    const unknown = `/api/accounts/${randomUUID()}/iam`
    for (const [method, path, sent] of calls) {
      await nobody.refused(401, method, iam + path, sent)
      await weak.refused(403, method, iam + path, sent)
      await stranger.refused(404, method, iam + path, sent)
      await owner.refused(404, method, unknown + path, sent)
      await owner.refused(400, method, `/api/accounts/no-uuid/iam${path}`, sent)
    }
    await owner.refused(400, 'GET', `${iam}/no-uuid`)
    await owner.refused(400, 'DELETE', `${iam}/no-uuid`)
    assert.equal((await weak.ok<Iam>(200, 'GET', `${iam}/${weak.userId}`)).actor_id, weak.userId)
  })

  test('iam: roles say what they are', async () => {
    const { data } = await (await newUser(croft)).ok<{
      data: { name: string; level: string; extends: string[]; permissions: string[] }[]
    }>(200, 'GET', '/api/roles')
    const known = new Set(data.map(({ name }) => name))
    for (const name of [
      'pds-base',
      'pds-admin',
      'account-admin',
      'account-reader',
      'tenant-admin',
      'project-admin',
      'namespace-admin',
      'namespace-reader',
    ]) {
      assert.ok(known.has(name), name)
    }
    for (const role of data)
      assert.ok(
        role.extends.every((name) => known.has(name)),
        role.name,
      )
    assert.deepEqual(data.find(({ name }) => name === 'namespace-reader')?.permissions, [
      'databases:read',
      'credentials:read',
      'backups:read',
    ])
    await nobody.refused(401, 'GET', '/api/roles')
  })

  const scopes = [
    { path: `/api/accounts/${accountId}`, roles: ['account-admin', 'account-reader'], wrong: 'tenant-admin' },
    { path: `/api/tenants/${tenantId}`, roles: ['tenant-admin', 'tenant-reader'], wrong: 'account-admin' },
    { path: `/api/projects/${projectId}`, roles: ['project-admin', 'project-writer'], wrong: 'tenant-admin' },
  ] as const
  for (const { path, roles, wrong } of scopes) {
    test(`iam: role bindings of ${path.split('/')[2]}`, async () => {
      const url = `${path}/role-bindings`
      const { userId: actor_id } = await newUser(croft)
      const [strong, weak] = roles
      const actor = { actor_id, actor_type: 'user' }
      const of = async (query: string) => (await owner.ok<Bindings>(200, 'GET', `${url}?${query}`)).data
      await owner.refused(404, 'DELETE', url, actor)
      for (const role_name of [strong, weak, weak]) {
        const made = await owner.ok<Binding>(200, 'PUT', url, { ...actor, role_name })
        assert.equal(made.role_name, role_name)
        assert.deepEqual(await of(`actor_id=${actor_id}`), [made])
      }
      const second = await newUser(croft)
      await owner.ok(200, 'PUT', url, { actor_id: second.userId, role_name: strong })
      const names = (await of('sort_by=-role_name')).map(({ role_name }) => role_name)
      assert.deepEqual(names, names.toSorted().toReversed())
      assert.ok((await of(`role_name=${weak}`)).every(({ role_name }) => role_name === weak))
      assert.deepEqual(await of('role_name=emperor'), [])
      assert.deepEqual(await of(`actor_type=service_identity&sort_by=actor_id&actor_id=${actor_id}`), [])
      await owner.refused(400, 'GET', `${url}?sort_by=nothing`)

      const put = { ...actor, role_name: strong }
      await owner.refused(400, 'PUT', url, { ...put, actor_id: 'no-uuid' })
      await owner.refused(400, 'PUT', url, actor)
      await owner.refused(400, 'DELETE', url, {})
      await owner.refused(422, 'PUT', url, { ...put, role_name: 'emperor' })
      await owner.refused(422, 'PUT', url, { ...put, role_name: wrong })
      await owner.refused(422, 'PUT', url, { ...put, actor_type: 'service_account' })
      await owner.refused(422, 'PUT', url, { ...put, actor_type: 'service_identity' })
      await owner.refused(422, 'PUT', url, { ...put, actor_id: randomUUID() })
      await owner.refused(404, 'DELETE', url, { ...actor, actor_type: 'service_identity' })
      const unknown = url.replace(/[0-9a-f-]{36}/, randomUUID())
      const malformed = url.replace(/[0-9a-f-]{36}/, 'no-uuid')
      for (const [method, body] of [['GET'], ['PUT', put], ['DELETE', actor]] as const) {
        await nobody.refused(401, method, url, body)
        await stranger.refused(404, method, url, body)
        await owner.refused(404, method, unknown, body)
        await owner.refused(400, method, malformed, body)
      }
      const below = await reader()
      for (const method of ['PUT', 'DELETE']) await below.refused(403, method, url, put)
      await owner.ok(204, 'DELETE', url, actor)
      assert.deepEqual(await of(`actor_id=${actor_id}`), [])
    })
  }

  test('iam: role bindings of the platform are for its administrators', async () => {
    const url = '/api/global-role-bindings'
    const { userId: actor_id, ...user } = await newUser(croft)
    const actor = { actor_id, actor_type: 'user' }
    for (const role_name of ['pds-base', 'pds-admin', 'pds-base']) {
      const made = await admin.ok<Binding>(200, 'PUT', url, { ...actor, role_name })
      const { data } = await admin.ok<Bindings>(200, 'GET', `${url}?actor_id=${actor_id}&sort_by=role_name`)
      assert.deepEqual(data, [made])
      // Of the two only one lets somebody see the installation.
      assert.equal((await user.send('GET', url)).status, role_name === 'pds-admin' ? 200 : 403)
    }
    await admin.refused(422, 'PUT', url, { ...actor, role_name: 'account-admin' })
    await admin.refused(400, 'PUT', url, { actor_id: 'x', role_name: 'pds-base' })
    const robot = await makeProgram(croft, accountId, randomUUID())
    await admin.refused(422, 'PUT', url, { actor_id: robot.id, role_name: 'pds-admin' })
    for (const [method, body] of [
      ['GET'],
      ['PUT', { ...actor, role_name: 'pds-admin' }],
      ['DELETE', actor],
    ] as const) {
      await nobody.refused(401, method, url, body)
      await owner.refused(403, method, url, body)
    }
    await admin.ok(204, 'DELETE', url, actor)
    await admin.refused(404, 'DELETE', url, actor)
    const { data } = await admin.ok<Bindings>(200, 'GET', url)
    assert.ok(data.some(({ role_name }) => role_name === 'pds-admin'))
  })

  test('iam: a user’s roles at accounts are its own to see, and administrators’', async () => {
    const user = await newUser(
      croft,
      { role: 'organization-reader', type: 'organization', id: accountId },
      { role: 'organization-admin', type: 'organization', id: other.accountId },
      { role: 'workspace-admin', type: 'workspace', id: tenantId },
    )
    const url = `/api/users/${user.userId}/account-role-bindings`
    const roles = async (caller: Caller, query: string) =>
      (await caller.ok<Bindings>(200, 'GET', url + query)).data.map((each) => [
        each.role_name,
        each.account_id,
      ])
    const both = [
      ['account-admin', other.accountId],
      ['account-reader', accountId],
    ]
    assert.deepEqual(await roles(user, '?sort_by=role_name'), both)
    assert.deepEqual(await roles(admin, '?sort_by=-role_name'), both.toReversed())
    assert.deepEqual(await roles(user, '?role_name=account-reader'), [both[1]])
    await user.refused(400, 'GET', `${url}?sort_by=account_id`)
    await owner.refused(403, 'GET', url)
    await nobody.refused(401, 'GET', url)
    await admin.refused(404, 'GET', `/api/users/${randomUUID()}/account-role-bindings`)
    await admin.refused(400, 'GET', '/api/users/no-uuid/account-role-bindings')
  })

  const invitations = `/api/accounts/${accountId}/account-role-invitations`
  const invite = `/api/accounts/${accountId}/invitations`

  test('iam: who is a user gets the role at once, who is not an invitation', async () => {
    const user = await newUser(croft)
    await owner.ok(200, 'POST', invite, { email: user.email.toUpperCase(), role_name: 'account-reader' })
    const own = await user.ok<Bindings>(200, 'GET', `/api/users/${user.userId}/account-role-bindings`)
    assert.deepEqual(
      own.data.map(({ role_name }) => role_name),
      ['account-reader'],
    )
    await owner.refused(422, 'POST', invite, { email: user.email, role_name: 'account-admin' })

    const address = email()
    await owner.ok(200, 'POST', invite, { email: address, role_name: 'account-reader' })
    await owner.refused(409, 'POST', invite, { email: address, role_name: 'account-admin' })
    const find = async () =>
      (await owner.ok<Invitations>(200, 'GET', `${invitations}?email=${address}`)).data[0] ?? assert.fail()
    const { id, role_name } = await find()
    assert.equal(role_name, 'account-reader')
    const one = `/api/account-role-invitations/${id}`
    await owner.ok(204, 'PATCH', one, { role_name: 'account-admin' })
    assert.equal((await find()).role_name, 'account-admin')
    await owner.refused(422, 'PATCH', one, { role_name: 'emperor' })
    await owner.refused(422, 'PATCH', one, { role_name: 'tenant-admin' })
    await owner.refused(400, 'PATCH', one, {})
    const weak = await reader()
    for (const [method, body] of [['PATCH', { role_name: 'account-admin' }], ['DELETE']] as const) {
      await nobody.refused(401, method, one, body)
      await weak.refused(403, method, one, body)
      await stranger.refused(404, method, one, body)
      await owner.refused(404, method, `/api/account-role-invitations/${randomUUID()}`, body)
      await owner.refused(400, method, '/api/account-role-invitations/no-uuid', body)
    }
    await owner.ok(204, 'DELETE', one)
    await owner.refused(404, 'DELETE', one)
    await owner.refused(404, 'PATCH', one, { role_name: 'account-admin' })
    await owner.ok(200, 'POST', invite, { email: address, role_name: 'account-reader' })
  })

  test('iam: invitations are refused, listed page by page, and taken at the first login', async () => {
    const address = email()
    for (const [status, body] of [
      [400, { email: 'nobody', role_name: 'account-reader' }],
      [400, { role_name: 'account-reader' }],
      [400, { email: address }],
      [422, { email: address, role_name: 'emperor' }],
      [422, { email: address, role_name: 'tenant-admin' }],
    ] as const) {
      await owner.refused(status, 'POST', invite, body)
    }
    const body = { email: address, role_name: 'account-reader' }
    const weak = await reader()
    await weak.refused(403, 'POST', invite, body)
    for (const [method, url, sent] of [
      ['POST', invite, body],
      ['GET', invitations],
    ] as const) {
      await nobody.refused(401, method, url, sent)
      await stranger.refused(404, method, url, sent)
      await owner.refused(404, method, url.replace(accountId, randomUUID()), sent)
      await owner.refused(400, method, url.replace(accountId, 'no-uuid'), sent)
    }
    for (const each of [address, email(), email()]) {
      await owner.ok(200, 'POST', invite, { email: each, role_name: 'account-reader' })
    }
    const all = await owner.ok<Invitations>(200, 'GET', `${invitations}?sort_by=-email`)
    assert.equal(all.pagination, undefined)
    const emails = all.data.map((each) => each.email)
    assert.deepEqual(emails, emails.toSorted().toReversed())
    const seen: string[] = []
    for (let token = ''; ; ) {
      const page = await owner.ok<Invitations>(
        200,
        'GET',
        `${invitations}?sort_by=-email&limit=2${token && `&continuation=${token}`}`,
      )
      seen.push(...page.data.map((each) => each.email))
      if (!page.pagination) break
      token = page.pagination.continuation
    }
    assert.deepEqual(seen, emails)
    await owner.refused(400, 'GET', `${invitations}?sort_by=nothing`)

    const password = randomUUID()
    await own(croft, 'POST', '/users', { email: address, password })
    const open = async () => (await owner.ok<Invitations>(200, 'GET', `${invitations}?email=${address}`)).data
    assert.equal((await open()).length, 1)
    await logIn(croft.bootstrap.url, { email: address, password })
    assert.deepEqual(await open(), [])
    const { data } = await owner.ok<Bindings>(
      200,
      'GET',
      `/api/accounts/${accountId}/role-bindings?role_name=account-reader`,
    )
    assert.ok(data.length > 0)
  })

  test('iam: a role at a namespace, by a record and by our own API', async () => {
    const { id: targetId } = await owner.ok<{ id: string }>(
      201,
      'POST',
      `/api/tenants/${tenantId}/deployment-targets`,
      { name: randomUUID(), cluster_id: randomUUID() },
    )
    const namespaces = `/api/deployment-targets/${targetId}/namespaces`
    const { id } = await owner.ok<{ id: string }>(200, 'POST', namespaces, { name: 'team-a' })
    const user = await newUser(croft)
    await user.refused(404, 'GET', namespaces)
    const namespace = [{ role_name: 'namespace-admin', resource_ids: [id] }]
    const made = await owner.ok<Iam>(200, 'POST', iam, { actor_id: user.userId, data: { namespace } })
    assert.deepEqual(made.access_policy, { account_id: accountId, namespace })
    // The target is known to it, and nothing else of the tenant.
    await user.ok(200, 'GET', namespaces)
    await user.ok(200, 'GET', `/api/deployment-targets/${targetId}`)
    await user.refused(403, 'POST', namespaces, { name: 'team-b' })
    assert.ok((await user.send('GET', `/api/tenants/${tenantId}/backup-credentials`)).status >= 403)
    assert.ok((await user.send('GET', `/api/projects/${projectId}`)).status >= 403)
    const holder = { type: 'user', id: user.userId }
    const scope = { type: 'namespace', id }
    await own(croft, 'POST', '/role-bindings', { holder, role: 'namespace-reader', scope })
    const { access_policy: policy } = await owner.ok<Iam>(200, 'GET', `${iam}/${user.userId}`)
    assert.deepEqual(policy.namespace?.map(({ role_name }) => role_name).toSorted(), [
      'namespace-admin',
      'namespace-reader',
    ])
    await stranger.refused(404, 'GET', `${iam}/${user.userId}`)
    await owner.ok(204, 'DELETE', `${iam}/${user.userId}`)
    await user.refused(404, 'GET', namespaces)
  })
}
