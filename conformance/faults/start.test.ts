import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { createProject } from './api.ts'
import { processesOf } from './processes.ts'
import { query } from './query.ts'
import { assertGone } from './tidy.ts'

const dataDirectory = await newDataDirectory()
after(() => removeDataDirectory(dataDirectory))

for (const setting of ['CROFT_PORT', 'CROFT_POSTGRES_PORT', 'CROFT_MARIADB_PORT', 'CROFT_REDIS_PORT']) {
  test(`a taken ${setting} is told, and nothing goes on running`, async (t) => {
    const taken = createServer().listen(0, '127.0.0.1')
    t.after(() => taken.close())
    await once(taken, 'listening')
    const address = taken.address()
    assert.ok(address && typeof address === 'object')
    const port = String(address.port)
    await assert.rejects(startCroft(dataDirectory, { [setting]: port }), (error: Error) => {
      const [head = ''] = error.message.split('\n')
      assert.match(head, /\(1\)/)
      assert.match(error.message, new RegExp(`[Pp]ort ${port} .*(is taken|is in use|taken)`))
      assert.match(error.message, new RegExp(setting))
      assert.doesNotMatch(error.message, /\n\s+at |EADDRINUSE/)
      return true
    })
    assert.deepEqual(processesOf(dataDirectory), [])
  })
}

test('a second start on a data directory in use says so and changes nothing', async () => {
  const croft = await startCroft(dataDirectory)
  const { database } = await createProject(croft, 'kept')
  const before = processesOf(dataDirectory).map((one) => one.pid)
  await assert.rejects(startCroft(dataDirectory), (error: Error) => {
    assert.match(error.message, /\(1\)/)
    assert.match(error.message, new RegExp(`already runs on .*pid ${croft.pid}`))
    assert.match(error.message, new RegExp(croft.bootstrap.url))
    return true
  })
  const now = new Set(processesOf(dataDirectory).map((one) => one.pid))
  for (const pid of Object.values(croft.children())) assert.ok(before.includes(pid) && now.has(pid))
  assert.deepEqual(await query(database.connectionString ?? '', 'select 1 as one'), [{ one: 1 }])
  assert.equal(await croft.stop(), 0)
  await assertGone(croft)
})
