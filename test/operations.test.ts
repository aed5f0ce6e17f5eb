import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationFaults } from '../packages/server/src/platform/http/index.ts'
import { createOfflineServer } from './offline-server.ts'

test('every route has an operation name of its own', async (t) => {
  const app = await createOfflineServer()
  t.after(() => app.close())
  const routes = app.registeredRoutes()
  assert.ok(routes.length > 80, `${routes.length} routes are too few`)
  assert.deepEqual(operationFaults(routes), [])
})
