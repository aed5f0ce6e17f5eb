import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Registry } from 'prom-client'
import { serveMetrics } from './metrics-server.ts'

test('the figures are served at one path and nothing else is', async (t) => {
  const registry = new Registry()
  new Counter({ name: 'seen_total', help: 'Seen.', registers: [registry] }).inc(3)
  const server = await serveMetrics('127.0.0.1', 0, registry)
  t.after(() => server.close())
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /^seen_total 3$/m)
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/`)).status, 404)
})
