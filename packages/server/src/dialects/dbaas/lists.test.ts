import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDbaasApp, type Json } from '../../../test/dbaas-app.ts'

/** A body without `_links`, with the status before it. */
function told({ status, body: { _links, ...rest } }: { status: number; body: Json }) {
  assert.equal(typeof _links?.self, 'string')
  return [status, rest]
}

test('lists are paged as the original did', async (t) => {
  const { send, ORIGIN } = await createDbaasApp(t)
  for (let i = 1; i <= 12; i++) await send('POST', '/api/project/', { body: { name: `p${i}` } })
  const names = (body: Json) => (body.project as { name: string }[]).map(({ name }) => name).join(' ')
  const first = await send('GET', '/api/project/')
  assert.deepEqual(first.body._links, {
    count: 12,
    self: `${ORIGIN}/api/project/`,
    previous: null,
    next: `${ORIGIN}/api/project/?page=2`,
  })
  assert.equal(names(first.body), 'p1 p2 p3 p4 p5 p6 p7 p8 p9 p10')
  const middle = await send('GET', '/api/project/?page_size=5&page=2')
  assert.deepEqual(middle.body._links, {
    count: 12,
    self: `${ORIGIN}/api/project/?page_size=5&page=2`,
    previous: `${ORIGIN}/api/project/?page=1&page_size=5`,
    next: `${ORIGIN}/api/project/?page=3&page_size=5`,
  })
  assert.equal(names((await send('GET', '/api/project/?page=last&page_size=5')).body), 'p11 p12')
  assert.equal(names((await send('GET', '/api/project/?page_size=1000')).body).split(' ').length, 12)
  for (const size of ['0', '-1', 'x', '1.5']) {
    const { body } = await send('GET', `/api/project/?page_size=${size}`)
    assert.equal(names(body).split(' ').length, 10, size)
  }
  for (const page of ['3', '0', '-1', 'x', '', '1.0', '99999999999999999999']) {
    const answer = await send('GET', `/api/project/?page=${page}`)
    assert.deepEqual(told(answer), [404, { detail: 'Not found' }], page)
  }
})

test('what a query may not have in it is escaped in links', async (t) => {
  const { send, ORIGIN } = await createDbaasApp(t)
  await send('POST', '/api/project/', { body: { name: 'one' } })
  await send('POST', '/api/project/', { body: { name: 'two' } })
  const { body } = await send('GET', '/api/project/?page_size=1&a=%&b=%4&c=%41{|}^[]`<>"\\')
  const escaped = 'c=%41%7B%7C%7D%5E%5B%5D%60%3C%3E%22%5C'
  assert.equal(body._links?.self, `${ORIGIN}/api/project/?page_size=1&a=%25&b=%254&${escaped}`)
})

test('the later form has more fields and filters', async (t) => {
  const { send, ORIGIN, makeDatabase, domain, system, acme } = await createDbaasApp(t)
  const project = await send('POST', '/api/project/', { body: { name: 'shop' } })
  const link = String(project.body._links?.self)
  await makeDatabase('one', { project: link })
  await makeDatabase('two')
  const later = { headers: { accept: 'application/json; version=2' } }
  const { body } = await send('GET', '/api/database/1/', later)
  assert.equal(body.project, link)
  assert.equal(body.team, `${ORIGIN}/api/team/1/`)
  assert.equal(body.engine, `${ORIGIN}/api/engine/1/`)
  assert.ok(['Initializing', 'Alive'].includes(String(body.status)))
  assert.ok(!Number.isNaN(Date.parse(String(body.created_at))))
  assert.deepEqual(body.credentials, [
    {
      url: `${ORIGIN}/api/credential/1/`,
      id: 1,
      user: 'u_one',
      database: `${ORIGIN}/api/database/1/`,
    },
  ])
  const named = async (query: string) => {
    const { status, body } = await send('GET', `/api/database/?${query}`)
    assert.equal(status, 200)
    const names = (body.database as { name: string }[]).map(({ name }) => name)
    assert.equal(body._links?.count, names.length)
    return names.join(' ')
  }
  assert.equal(await named('name=one'), 'one')
  assert.equal(await named(`project=${encodeURIComponent(link)}`), 'one')
  assert.equal(await named(`project=${project.body.id}&name=two`), '')
  assert.equal(await named('engine=1&environment=1&name=&project='), 'one two')
  assert.equal(await named('environment=2'), '')
  for (const nothing of ['engine=99', 'environment=x', 'project=/api/plan/1/'])
    assert.equal(await named(nothing), '')

  // One that another API made names no environment, and is found where it is shown.
  await domain.projects.createProject(system, { workspaceId: acme.id, name: 'three', database: true })
  assert.equal((await send('GET', '/api/database/3/')).body.environment, `${ORIGIN}/api/environment/1/`)
  assert.equal(await named('environment=1'), 'one two three')
  assert.equal(await named('environment=1&name=three'), 'three')
  assert.equal(await named('environment=2'), '')
})
