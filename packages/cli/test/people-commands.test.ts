import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from './api.ts'
import { local } from './local-croft.ts'

const ID = '01a202c7-3d74-774b-a62c-d93a900cf35f'
const AT = '2026-01-02T03:04:05Z'
const user = { id: 'u1', email: 'ann@example.com', displayName: null, disabled: false, secondFactor: false }
const ann = { ...user, hasPassword: true, lastLoginAt: null, createdAt: AT }
const identity = {
  ...{ id: 'i1', organizationId: 'o1', name: 'deploy', clientId: 'c1', enabled: true },
  ...{ createdAt: AT, lastUsedAt: null },
}
const binding = {
  ...{ id: 'b1', role: 'database-reader', createdAt: AT },
  holder: { type: 'user', id: 'u1', name: 'ann@example.com' },
  scope: { type: 'database', id: 'd1' },
}

test('roles are given to users and identities, at places by their names', async (t) => {
  const { croft, calls } = await local(t, ({ query }, asked) => {
    if (asked === 'GET /users') return page(query.email === ann.email ? [ann] : [])
    if (asked === 'GET /databases') return page(query.name === 'shop' ? [{ id: 'd1', name: 'shop' }] : [])
    if (asked === 'GET /workspaces') return page([{ id: 'w1', name: 'My: Workspace' }])
    if (asked === 'GET /organizations') return page([{ id: 'o1', name: 'Ours' }])
    if (asked === 'GET /service-identities') return page(query.organizationId === 'o1' ? [identity] : [])
    if (asked === 'POST /role-bindings') return { status: 201, body: binding }
    if (asked === 'DELETE /role-bindings/b1') return { status: 204 }
    return undefined
  })
  const add = (...args: string[]) => croft(['role', 'add', ...args])
  const holder = { type: 'user', id: 'u1' }
  for (const [at, scope] of [
    ['database:shop', { type: 'database', id: 'd1' }],
    ['workspace:My: Workspace', { type: 'workspace', id: 'w1' }],
    ['organization:o1', { type: 'organization', id: 'o1' }],
    [`project:${ID}`, { type: 'project', id: ID }],
    ['platform', { type: 'platform' }],
  ] as const) {
    const { code, err } = await add('some-role', '--user', ann.email, '--at', at)
    assert.equal(code, 0, err)
    assert.deepEqual(calls.at(-1)?.body, { holder, role: 'some-role', scope })
    assert.equal(calls.at(-1)?.token, 'admin-token')
  }
  assert.equal((await add('r', '--identity', 'deploy', '--at', 'platform', '-q')).out, 'b1\n')
  assert.deepEqual(calls.at(-1)?.body, {
    holder: { type: 'identity', id: 'i1' },
    role: 'r',
    scope: { type: 'platform' },
  })
  const asked = calls.filter(({ method }) => method === 'POST').length
  for (const [args, message] of [
    [['--at', 'platform'], /--user EMAIL or --identity/],
    [['--at', 'platform', '--user', 'x', '--identity', 'y'], /cannot be used with/],
    [['--at', 'platform', '--user', 'bob@example.com'], /no user bob@example.com[\s\S]*croft invite/],
    [['--at', 'platform', '--identity', 'nobody'], /There is: deploy/],
    [['--at', 'shop', '--user', ann.email], /"shop" is no place[\s\S]*database:NAME/],
    [['--at', 'database:', '--user', ann.email], /is no place/],
    [['--at', 'workspace:other', '--user', ann.email], /There is: My: Workspace/],
    [['--at', 'project:shop', '--user', ann.email], /by their id/],
  ] as const) {
    const { code, err } = await add('r', ...args)
    assert.notEqual(code, 0)
    assert.match(err, message)
  }
  assert.equal(calls.filter(({ method }) => method === 'POST').length, asked)
  assert.equal((await croft(['role', 'remove', 'b1'])).code, 0)
})

test('roles are listed by holder and place, and explained', async (t) => {
  const permissions = [{ actions: ['read'], subjects: ['databases', 'backups'] }]
  const { croft, calls } = await local(t, (_, asked) => {
    if (asked === 'GET /users') return page([ann])
    if (asked === 'GET /role-bindings') return page([binding])
    if (asked === 'GET /roles')
      return {
        status: 200,
        body: { data: [{ name: 'r', level: 'database', title: 'Sees it', permissions }] },
      }
    return undefined
  })
  const listed = await croft(['role', 'list', '--user', ann.email, '--at', 'platform'])
  assert.match(listed.out, /ann@example.com +user +database-reader +database:d1/)
  const { holderType, holderId, scopeType, scopeId } = calls.at(-1)?.query ?? {}
  assert.deepEqual([holderType, holderId, scopeType, scopeId], ['user', 'u1', 'platform', undefined])
  assert.match((await croft(['role', 'kinds'])).out, /r +database +Sees it/)
  assert.match((await croft(['role', 'kinds', 'r'])).out, /Permissions +read databases,backups/)
  assert.match((await croft(['role', 'kinds', 'x'])).err, /no role "x"\.\nThere is: r/)
})

test('an invitation prints its link, or says that a mail goes out', async (t) => {
  let link: string | null = 'http://croft/invitation?token=t'
  const { croft, calls } = await local(t, (_, asked) =>
    asked === 'POST /invitations'
      ? { status: 201, body: { ...binding, email: ann.email, expiresAt: AT, link } }
      : undefined,
  )
  const invite = () => croft(['invite', ann.email, '--role', 'platform-admin', '--at', 'platform'])
  assert.equal((await invite()).out, `${link}\n`)
  const scope = { type: 'platform' }
  assert.deepEqual(calls.at(-1)?.body, { email: ann.email, role: 'platform-admin', scope })
  link = null
  const { out, err } = await invite()
  assert.equal(out, '')
  assert.match(err, /A mail to ann@example.com goes out/)
})

test('users are made, listed, shut out, and get links for another password', async (t) => {
  const { croft, calls } = await local(t, (_, asked) => {
    if (asked === 'GET /users') return page([ann, { ...ann, email: 'bob', disabled: true }])
    if (asked === 'POST /users') return { status: 201, body: { ...ann, hasPassword: false } }
    if (asked === 'PATCH /users/u1') return { status: 200, body: ann }
    if (asked === 'POST /users/u1/password-reset')
      return { status: 201, body: { link: 'http://link', expiresAt: AT } }
    return undefined
  })
  const made = await croft(['user', 'create', ann.email, '--name', 'Ann'])
  assert.deepEqual(calls.at(-1)?.body, { email: ann.email, displayName: 'Ann' })
  assert.match(made.err, /croft user reset-password ann@example.com/)
  assert.match((await croft(['user', 'list'])).out, /ann@example.com +- +on +off[\s\S]*bob +- +disabled/)
  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    assert.equal((await croft(['user', verb, ann.email])).code, 0)
    assert.deepEqual(calls.at(-1)?.body, { disabled })
  }
  assert.equal((await croft(['user', 'reset-password', ann.email])).out, 'http://link\n')
})

test('identities show their secret once; which organization is asked for when there are several', async (t) => {
  const organizations = [{ id: 'o1', name: 'Ours' }]
  const { croft, calls } = await local(t, ({ query }, asked) => {
    if (asked === 'GET /organizations') return page(organizations)
    if (asked === 'GET /service-identities') return page(query.organizationId === 'o1' ? [identity] : [])
    if (asked === 'POST /service-identities' || asked === 'POST /service-identities/i1/regenerate')
      return { status: 201, body: { ...identity, clientSecret: 'the-secret' } }
    return asked === 'DELETE /service-identities/i1' ? { status: 204 } : undefined
  })
  assert.equal((await croft(['identity', 'create', 'deploy', '-q'])).out, 'c1 the-secret\n')
  assert.deepEqual(calls.at(-1)?.body, { name: 'deploy', organizationId: 'o1' })
  assert.match((await croft(['identity', 'list'])).out, /deploy +c1 +on +never +i1/)
  assert.equal((await croft(['identity', 'regenerate', 'deploy'])).code, 2)
  assert.match((await croft(['identity', 'regenerate', 'deploy', '-y'])).out, /Client secret +the-secret/)
  organizations.push({ id: 'o2', name: 'Theirs' })
  assert.match((await croft(['identity', 'create', 'x'])).err, /--organization: Ours, Theirs/)
  assert.equal((await croft(['identity', 'delete', 'deploy', '-y'])).code, 0)
  assert.match(
    (await croft(['identity', 'delete', 'deploy', '-y', '--organization', 'Theirs'])).err,
    /no service/,
  )
})
