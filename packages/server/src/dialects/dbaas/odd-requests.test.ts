import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDbaasApp } from '../../../test/dbaas-app.ts'

const HTML = { accept: 'text/html' }
const REFUSED = { detail: 'You do not have permission to perform this action.' }

test('texts that are no address, no name and no method are told so', async (t) => {
  const { send, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  for (const name of ['%00', 'a%00b', '%0A', '%C2%85']) {
    const { status, body } = await send('GET', `/api/database/?name=${name}`)
    assert.deepEqual([status, body._links?.count], [200, 0], name)
  }
  for (const text of ['//', 'http://[', 'http://a:b', '///x', '\\\\', 'javascript:alert(1)']) {
    const query = new URLSearchParams({ project: text, engine: text, environment: text, format: 'api' })
    const listed = await send('GET', `/api/database/?${query}`)
    assert.equal(listed.status, 200, text)
    const form = { name: 'x', plan: text, environment: text, project: text }
    const made = await send('POST', '/api/database/', { form, headers: HTML })
    assert.deepEqual([made.status, made.headers['content-type']], [400, 'text/html; charset=utf-8'], text)
    const change = { _method: 'PUT', project: text }
    const changed = await send('POST', '/api/database/1/', { form: change, headers: HTML })
    assert.equal(changed.status, 400, text)
    const credential = { user: 'x', database: text }
    const added = await send('POST', '/api/credential/', { form: credential, headers: HTML })
    assert.equal(added.status, 400, text)
    for (const page of [listed, made, changed, added]) assert.doesNotMatch(page.text, /href="(?!\/(?!\/)|#)/)
  }
  const meant = await send('POST', '/api/database/', { headers: { 'x-http-method-override': 'trace' } })
  assert.deepEqual([meant.status, meant.body.detail], [405, "Method 'TRACE' not allowed."])
})

test('a page that is not there is not there, whatever the filter finds', async (t) => {
  const { send } = await createDbaasApp(t)
  for (const query of ['project=99&page=2', 'project=junk&page=2', 'engine=99&page=7', 'name=none&page=2']) {
    assert.equal((await send('GET', `/api/database/?${query}`)).status, 404, query)
  }
  for (const query of ['project=99', 'project=99&page=last', 'name=none&page=1']) {
    assert.equal((await send('GET', `/api/database/?${query}`)).status, 200, query)
  }
})

test('who may never do a thing is told before path and body are looked at', async (t) => {
  const { send, user, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  await user('rob@example.com', 'workspace-reader')
  for (const [method, path] of [
    ['POST', '/api/database/'],
    ['POST', '/api/credential/'],
    ['POST', '/api/project/'],
    ['POST', '/api/credential/99/reset_password/'],
    ['PUT', '/api/database/1/'],
    ['PATCH', '/api/database/99/'],
    ['DELETE', '/api/database/99/'],
    ['PUT', '/api/credential/99/'],
    ['PATCH', '/api/credential/99/'],
    ['DELETE', '/api/credential/99/'],
    ['PUT', '/api/project/99/'],
    ['PATCH', '/api/project/99/'],
    ['DELETE', '/api/project/99/'],
  ] as const) {
    const { status, body } = await send(method, path, { as: 'rob@example.com', body: [] })
    const { _links, ...rest } = body
    assert.deepEqual([status, rest], [403, REFUSED], `${method} ${path}`)
  }
})

test('a page shows no command that a shell reads otherwise than it looks', async (t) => {
  const { send } = await createDbaasApp(t)
  const { status, text } = await send('GET', "/api/database/'$(id)'/?x='y", { headers: HTML })
  assert.equal(status, 404)
  const command = /curl -u [^<]*/.exec(text)?.[0]
  assert.equal(command, "curl -u dba@example.com 'http://127.0.0.1:7400/api/database/%27$(id)%27/?x=%27y'")
})

test('of several projects that want one name at once one gets it', async (t) => {
  const { send, user, other } = await createDbaasApp(t)
  const TAKEN = { name: ['Project with this Project name already exists.'] }
  const body = { name: 'shop' }
  const made = await Promise.all(Array.from({ length: 6 }, () => send('POST', '/api/project/', { body })))
  assert.deepEqual(made.map(({ status }) => status).sort(), [201, 400, 400, 400, 400, 400])
  const { _links, ...refused } = made.find(({ status }) => status === 400)?.body ?? {}
  assert.deepEqual(refused, TAKEN)

  const paths: string[] = []
  for (const name of ['one', 'two', 'three']) {
    const { headers } = await send('POST', '/api/project/', { body: { name } })
    paths.push(new URL(String(headers.location)).pathname)
  }
  const renamed = await Promise.all(paths.map((path) => send('PUT', path, { body: { name: 'all' } })))
  assert.deepEqual(renamed.map(({ status }) => status).sort(), [200, 400, 400])
  for (const path of paths) {
    const { body } = await send('GET', path)
    assert.equal((await send('PUT', path, { body: { name: body.name } })).status, 200)
  }

  // Of its team only; and what is made again under its key is found.
  await user('eve@example.com', 'workspace-admin', other.id)
  assert.equal((await send('POST', '/api/project/', { body, as: 'eve@example.com' })).status, 201)
  assert.equal((await send('POST', '/api/project/', { body: { name: 'Unassigned' } })).status, 201)
})
