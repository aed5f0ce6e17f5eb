// What the Prisma Management API says when something is wrong, word for word where its clients look at the words.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { prismaId } from '../harness/prisma-id.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
let project: Thing & { database: Thing & { connectionString: string } }

before(async () => {
  croft = await startCroft(dataDirectory)
  project = (await send('POST', '/projects', { name: 'shop', logicalId: 'shop' })).data as typeof project
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

interface Thing {
  readonly id: string
}
interface Answer {
  readonly status: number
  readonly data: Thing
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string }
}

async function send(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const response = await fetch(`${croft.bootstrap.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? croft.bootstrap.serviceToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, ...JSON.parse(text || '{}') }
}

/** Asks for something that is refused, with nothing but the error in the body. */
async function refused(method: string, path: string, body: unknown, status: number, code: string) {
  const { status: answered, error, ...more } = await send(method, path, body)
  assert.deepEqual(
    [answered, error?.code, more],
    [status, code, {}],
    `${method} ${path} ${JSON.stringify(error)}`,
  )
  assert.ok(Object.keys(error).every((key) => ['code', 'message', 'hint'].includes(key)))
  assert.match(error.message, /^\S.*\S$/)
  return error
}

const unknownId = (prefix: string) => prismaId(prefix, randomUUID())

test('what is not there is named by the id that was asked for, with or without its prefix', async () => {
  for (const [path, prefix, word] of [
    ['/projects', 'proj', 'project'],
    ['/databases', 'db', 'database'],
    ['/connections', 'con', 'connection'],
    ['/branches', 'br', 'branch'],
    ['/workspaces', 'wksp', 'workspace'],
    ['/integrations', 'itgr', 'integration'],
  ] as const) {
    const id = unknownId(prefix)
    for (const asked of [id, id.slice(prefix.length + 1), 'db_abc', 'clx1234567890']) {
      const { message } = await refused('GET', `${path}/${asked}`, undefined, 404, 'resource-not-found')
      assert.equal(message, `${word} with id ${asked} not found`)
    }
  }
  // Ids without the prefix are the same things.
  const bare = project.id.replace('proj_', '')
  assert.equal((await send('GET', `/projects/${bare}`)).data.id, project.id)
})

test('the default database: no second one, and it goes only with its project', async () => {
  const body = { isDefault: true }
  const second = await refused('POST', `/projects/${project.id}/databases`, body, 400, 'client-error')
  assert.equal(second.message, 'Default database already exists')
  await refused('POST', '/databases', { ...body, projectId: project.id }, 400, 'client-error')
  const kept = await refused(
    'DELETE',
    `/databases/${project.database.id}`,
    undefined,
    403,
    'permission-denied',
  )
  assert.equal(kept.message, 'Cannot delete the default environment')
  assert.equal((await send('GET', `/databases/${project.database.id}`)).status, 200)
})

test('logical ids are taken once in a workspace and once on a branch', async () => {
  await refused('POST', '/projects', { logicalId: 'shop' }, 409, 'conflict')
  const database = { projectId: project.id, logicalId: 'orders' }
  const { status, data } = await send('POST', '/databases', database)
  assert.equal(status, 201)
  await refused('POST', '/databases', database, 409, 'conflict')
  await refused('PATCH', `/databases/${project.database.id}`, { logicalId: 'orders' }, 409, 'conflict')
  assert.equal((await send('DELETE', `/databases/${data.id}`)).status, 204)
  // Free again with the thing that had it.
  assert.equal(
    (await send('PATCH', `/databases/${project.database.id}`, { logicalId: 'orders' })).status,
    200,
  )
})

test('fields that exclude each other', async () => {
  const branch = unknownId('br')
  const create = { projectId: project.id }
  for (const [path, method, body] of [
    ['/databases', 'POST', { ...create, branchId: branch, branchGitName: 'main' }],
    ['/databases', 'POST', { ...create, logicalId: 'x', branchGitName: 'main' }],
    [`/databases/${project.database.id}`, 'PATCH', { branchId: branch, branchGitName: 'main' }],
    [
      `/projects/${project.id}/databases`,
      'POST',
      { source: { type: 'empty' }, fromDatabase: { id: project.database.id } },
    ],
  ] as const) {
    const { message } = await refused(method, path, body, 400, 'client-error')
    assert.match(message, /cannot be given together/)
  }
  await refused(
    'GET',
    `/projects/${project.id}/branches?gitName=a&gitNameContains=b`,
    undefined,
    422,
    'validation-error',
  )
})

test('branches: duplicate, default, with members, unchangeable', async () => {
  const branches = `/projects/${project.id}/branches`
  const main = (await send('POST', branches, { gitName: 'main' })).data.id
  const side = (await send('POST', branches, { gitName: 'side' })).data.id
  await refused('POST', branches, { gitName: 'main' }, 409, 'conflict')
  await refused('DELETE', `/branches/${main}`, undefined, 422, 'validation-error')
  for (const body of [{}, { isDefault: false }, { gitName: 'x' }, { isDefault: true, gitName: 'x' }, null]) {
    await refused('PATCH', `/branches/${side}`, body, 422, 'validation-error')
  }
  assert.equal((await send('PATCH', `/databases/${project.database.id}`, { branchId: side })).status, 200)
  await refused('DELETE', `/branches/${side}`, undefined, 409, 'conflict')
})

test('restores: from nothing, from another kind of source, of what is no backup', async () => {
  const path = `/databases/${project.database.id}/restore`
  const databaseId = project.database.id
  const source = { type: 'backup', databaseId, backupId: unknownId('bkp') }
  const { message } = await refused('POST', path, { source }, 404, 'resource-not-found')
  assert.equal(message, `backup with id ${source.backupId} not found`)
  await refused('POST', path, { source: { type: 'database', databaseId } }, 422, 'validation-error')
  await refused('POST', path, { source: { type: 'empty' } }, 422, 'validation-error')
  await refused('POST', path, {}, 422, 'validation-error')
  await refused('POST', `/databases/${unknownId('db')}/restore`, { source }, 404, 'resource-not-found')
})

test('transfer: tokens that are nobody’s, or of no workspace, move nothing', async () => {
  const path = `/projects/${project.id}/transfer`
  for (const recipientAccessToken of ['nobody', croft.bootstrap.adminToken, croft.bootstrap.agentToken]) {
    const { message } = await refused('POST', path, { recipientAccessToken }, 400, 'client-error')
    assert.ok(!message.includes(recipientAccessToken))
  }
  for (const body of [{}, { recipientAccessToken: '' }, { recipientAccessToken: null }]) {
    await refused('POST', path, body, 400, 'client-error')
  }
  assert.equal((await send('GET', `/projects/${project.id}`)).status, 200)
})

test('a service token cannot make workspaces', async () => {
  await refused('POST', '/workspaces', { displayName: 'x' }, 403, 'permission-denied')
})

test('regions are the six that clients know', async () => {
  for (const region of ['mars-1', 'US-EAST-1', '', 'inherit', null]) {
    await refused('POST', '/projects', { region }, 400, 'client-error')
  }
  await refused('POST', '/databases', { projectId: project.id, region: 'mars-1' }, 400, 'client-error')
})

test('every operation that is not offered says so, to callers who are logged in', async () => {
  const coverage = readFileSync(join(import.meta.dirname, 'COVERAGE.md'), 'utf8')
  const rows = coverage.matchAll(/^\| ([A-Z]+) \| `\/v1(\/[^`]+)` \| refused \| (.+?) \|$/gm)
  let count = 0
  for (const [, method = '', path = '', reason = ''] of rows) {
    count += 1
    const filled = path.replaceAll(/\{\w+\}/g, 'x')
    const { message } = await refused(method, filled, undefined, 501, 'not-supported')
    assert.ok(message.includes(reason), `${method} ${path}: ${message}`)
    assert.equal((await send(method, filled, undefined, 'garbage')).status, 401)
  }
  assert.ok(count > 60, `${count} operations`)
})
