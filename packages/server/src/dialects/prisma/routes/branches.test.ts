import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../../test/prisma-app.ts'
import { createProject, dataOf, send } from '../../../../test/prisma-request.ts'

test('branches: the first is the default, names are unique, only the default can be changed', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given, { createDatabase: false })
  const path = `/v1/projects/${project.id}/branches`
  interface Branch {
    id: string
    isDefault: boolean
    role: string
  }
  const create = (gitName: string) => send(given, 'POST', path, { body: { gitName } })
  const main = dataOf<Branch>(await create('main'))
  assert.deepEqual([main.isDefault, main.role], [true, 'production'])
  assert.equal((await create('main')).status, 409)
  assert.equal((await create('')).status, 422)
  const preview = dataOf<Branch>(await create('preview'))
  assert.deepEqual([preview.isDefault, preview.role], [false, 'preview'])
  const change = (body: object) => send(given, 'PATCH', `/v1/branches/${preview.id}`, { body })
  for (const body of [{}, { isDefault: false }, { isDefault: null }, { isDefault: true, gitName: 'x' }]) {
    assert.deepEqual([(await change(body)).status, JSON.stringify(body)], [422, JSON.stringify(body)])
  }
  assert.equal(dataOf<Branch>(await change({ isDefault: true })).isDefault, true)
  assert.equal((await send(given, 'DELETE', `/v1/branches/${preview.id}`)).status, 422)
  assert.equal((await send(given, 'GET', `${path}?gitName=a&gitNameContains=b`)).status, 422)
  const found = await send(given, 'GET', `${path}?gitNameContains=rev`)
  assert.deepEqual(
    dataOf<Branch[]>(found).map(({ id }) => id),
    [preview.id],
  )
})
