import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { newDataDirectory, removeDataDirectory, startCroft } from './croft.ts'

interface Created {
  readonly data: { readonly database: { readonly status: string; readonly connectionString: string } }
}

const dataDirectory = await newDataDirectory()
after(() => removeDataDirectory(dataDirectory))

test('from nothing to a database that is still there after a restart', async () => {
  const first = await startCroft(dataDirectory)
  const response = await fetch(`${first.bootstrap.url}/v1/projects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${first.bootstrap.serviceToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'first' }),
  })
  assert.equal(response.status, 201)
  const { data } = (await response.json()) as Created
  assert.equal(data.database.status, 'ready')
  const { port } = first.bootstrap.postgres
  await query(data.database.connectionString, 'create table kept as select 42 as answer')
  assert.equal(await first.stop(), 0)

  const second = await startCroft(dataDirectory, { CROFT_POSTGRES_PORT: String(port) })
  const [row] = await query(data.database.connectionString, 'select answer from kept')
  assert.deepEqual(row, { answer: 42 })
  assert.equal(await second.stop(), 0)
})

async function query(connectionString: string, text: string) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
