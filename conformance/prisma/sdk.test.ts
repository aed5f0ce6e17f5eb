import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { assertDone, bodyOf, prismaCheck, refusalOf } from '../harness/management-api.ts'
import { copyTests } from './sdk/copies.ts'
import { databaseTests } from './sdk/databases.ts'
import { projectTests } from './sdk/projects.ts'
import { setUp } from './sdk/setup.ts'
import { startUsage } from './sdk/usage.ts'
import { workspaceTests } from './sdk/workspaces.ts'

// The official SDK. Every answer, refusals too, is held against openapi/prisma.json by the client's middleware.
const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const sdk = await setUp(croft)
const usageTests = await startUsage(sdk)

workspaceTests(sdk)
projectTests(sdk)
databaseTests(sdk)
copyTests(sdk)
usageTests()

test('a revoked integration is out at the next request', async () => {
  const { api, user, workspaceId } = sdk
  const integrations = '/v1/workspaces/{workspaceId}/integrations'
  const [granted] = bodyOf(await api.GET(integrations, { params: { path: { workspaceId } } }), 200).data
  assert.ok(granted)
  bodyOf(await user.GET('/v1/me'), 200)
  const path = { workspaceId, clientId: granted.client.id }
  assertDone(await api.DELETE(`${integrations}/{clientId}`, { params: { path } }))
  refusalOf(await user.GET('/v1/me'), 401, 'authentication-failed')
  refusalOf(await api.DELETE(`${integrations}/{clientId}`, { params: { path } }), 404, 'resource-not-found')

  const [theirs] = bodyOf(
    await sdk.other.api.GET('/v1/integrations', {
      params: { query: { workspaceId: sdk.other.workspaceId } },
    }),
    200,
  ).data
  assertDone(
    await sdk.other.api.DELETE('/v1/integrations/{id}', { params: { path: { id: theirs?.id ?? '' } } }),
  )
  refusalOf(await sdk.other.api.GET('/v1/workspaces'), 401, 'authentication-failed')
})

test('every operation of the document has answered with a success', () => {
  const silent = prismaCheck.operations.filter((operation) => !prismaCheck.succeeded.has(operation))
  assert.deepEqual(silent, [])
  assert.equal(prismaCheck.operations.length, 44)
})
