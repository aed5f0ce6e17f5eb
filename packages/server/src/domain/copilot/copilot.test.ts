import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'
import { codeOf } from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'
import { ANONYMOUS, systemCall } from '../access/index.ts'
import { dataServiceIdOf } from '../catalogue/catalogue-ids.ts'
import { KNOWN_DATA_SERVICES } from '../catalogue/data-service-table.ts'
import { createCopilot, type Model } from './index.ts'
import { fillNames, nameInQuestion } from './name-in-question.ts'
import { allSnippets, snippetsOf } from './snippets/index.ts'

const call = systemCall('test', 'r')

async function setUp(t: TestContext, model: Model | null = null) {
  const { db } = await createTestDatabase(t)
  const warnings: unknown[] = []
  const copilot = createCopilot({ db, log: { warn: (about: unknown) => warnings.push(about) }, model })
  const ask = (query: string, of?: string) =>
    copilot.search(call, { query, dataServiceId: of === undefined ? undefined : dataServiceIdOf(of) })
  return { copilot, ask, warnings }
}

interface Asked {
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: { readonly model: string; readonly messages: readonly { role: string; content: string }[] }
}

/** A model that answers with this; null hangs up. */
async function startModel(t: TestContext, answer: (asked: Asked) => { status: number; body: string } | null) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    const { url, headers } = request
    const one = { url, authorization: headers.authorization, body: JSON.parse(text) }
    asked.push(one)
    const given = answer(one)
    if (given === null) return void request.socket.destroy()
    response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
  return { asked, model: { url, key: 'key-1', name: 'small' } }
}
const saying = (content: unknown) => ({
  status: 200,
  body: JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }),
})

test('every data service has answers to what people ask, and none to nonsense', async (t) => {
  const { ask } = await setUp(t)
  for (const { shortName } of KNOWN_DATA_SERVICES) {
    assert.equal(await codeOf(ask('ABCDEFGHJ', shortName)), 'not-applicable', shortName)
    for (const nonsense of ['', '  ', '!?', 'the of and', 'the weather in Paris'])
      assert.equal(await codeOf(ask(nonsense, shortName)), 'not-applicable', `${shortName}: ${nonsense}`)
    assert.match(await ask('How do I restore a backup?', shortName), /\S/)
    if (snippetsOf(shortName).length === 0) continue
    for (const question of [
      'how to list all records of table employee.',
      'How can I delete old data?',
      'create a user with a password',
      'insert a new record',
    ]) {
      assert.match(await ask(question, shortName), /```/, `${shortName}: ${question}`)
    }
  }
})

test('the best answer comes first, with the names of the question', async (t) => {
  const { ask } = await setUp(t)
  for (const [service, question, first, template] of [
    ['pg', 'how to list all records of table employee.', /^### List the rows/, 'select * from employee'],
    ['pg', 'Which queries are slow right now?', /^### Find slow queries/, 'pg_stat_activity'],
    ['pg', 'grant a role permission to read', /^### Users, roles/, 'grant select'],
    ['pg', 'import a csv file into table people', /^### Copy data/, '\\copy people from'],
    ['my', 'count the rows of the orders table', /^### Count/, 'COUNT(*) FROM orders'],
    ['red', 'expire a key after an hour', /^### Delete keys/, 'EXPIRE my_key'],
    ['mdb', 'aggregate and group documents in collection sales', /^### Count/, 'db.sales.aggregate'],
    ['cas', 'create a keyspace', /^### Keyspaces/, 'CREATE KEYSPACE'],
    ['cb', 'which indexes are there on bucket travel', /^### Buckets/, 'ON `travel`'],
    ['es', 'show the health of the cluster', /^### Health/, '_cluster/health'],
    ['kf', 'reset the offset of a consumer group', /^### Consumer groups/, 'reset-offsets'],
    ['con', 'register a service', /^### Services/, 'services register'],
    ['rmq', 'publish a message to queue jobs', /^### Write and read/, 'routing_key=jobs'],
    ['sql', 'top 10 rows of table invoices', /^### List the rows/, 'dbo.invoices'],
    ['zk', 'watch a node', /^### Watch/, 'addWatch'],
  ] as const) {
    const answer = await ask(question, service)
    assert.match(answer, first, question)
    assert.ok(answer.includes(template), answer)
  }
  assert.match(await ask('how many messages are in the topic clicks'), /clicks/)
})

test('words that mean something to a query language are words', async (t) => {
  const { ask } = await setUp(t)
  for (const query of [
    "select ' or 1=1 --",
    'list (tables & !',
    'list "tables',
    '-list tables',
    'or or or list',
  ])
    assert.match(await ask(query, 'pg'), /```/, query)
  assert.equal(await codeOf(ask('x'.repeat(2001), 'pg')), 'invalid-input')
})

test('a data service that does not exist has no answers, and nobody gets none', async (t) => {
  const { copilot } = await setUp(t)
  const search = { query: 'list tables', dataServiceId: newId() }
  assert.equal(await codeOf(copilot.search(call, search)), 'not-applicable')
  const nobody = { principal: ANONYMOUS, requestId: 'r' }
  assert.equal(await codeOf(copilot.search(nobody, { query: 'list tables' })), 'forbidden')
})

test('a model is asked with what is known, and says itself what is nonsense', async (t) => {
  const { asked, model } = await startModel(t, ({ body }) =>
    saying(body.messages.at(-1)?.content === 'ABCDEFGHJ' ? 'NO_QUESTION.' : ' from the model '),
  )
  const { ask, warnings } = await setUp(t, model)
  assert.equal(await ask('list tables', 'pg'), 'from the model')
  assert.equal(await codeOf(ask('ABCDEFGHJ', 'pg')), 'not-applicable')
  assert.equal(await codeOf(ask('  ', 'pg')), 'not-applicable')
  assert.equal(asked.length, 2, 'an empty query is not sent')
  const [first] = asked
  assert.deepEqual(
    [first?.url, first?.authorization, first?.body.model],
    ['/v1/chat/completions', 'Bearer key-1', 'small'],
  )
  const [system, user] = first?.body.messages ?? []
  assert.match(system?.content ?? '', /PostgreSQL[\s\S]*pg_database/)
  assert.deepEqual(user, { role: 'user', content: 'list tables' })
  assert.deepEqual(warnings, [])
})

test('without an answer of the model there is our own', async (t) => {
  const answers = [
    null,
    { status: 500, body: '{}' },
    { status: 302, body: '' },
    { status: 200, body: 'no JSON' },
    { status: 200, body: '{"choices":[]}' },
    saying('  '),
    saying(7),
    saying('x'.repeat(300_000)),
  ]
  let next = 0
  const { model } = await startModel(t, () => answers[next++] ?? null)
  const { ask, warnings } = await setUp(t, model)
  for (const _ of answers) assert.match(await ask('list tables', 'pg'), /pg_database/)
  assert.equal(warnings.length, answers.length)
  assert.equal(await codeOf(ask('ABCDEFGHJ', 'pg')), 'not-applicable')
})

test('snippets are whole: code is closed, and every placeholder is one that is filled', () => {
  const all = allSnippets()
  assert.ok(all.length >= 60, `${all.length}`)
  for (const { title, text, keywords } of all) {
    assert.equal(text.split('```').length % 2, 1, title)
    assert.ok(keywords.split(' ').length > 5, title)
    assert.doesNotMatch(fillNames(text, ''), /\{(?!id\})[a-z]+\}/, title)
  }
})

test('names are found beside the words for what they name', () => {
  for (const [question, noun, name] of [
    ['list table employee.', 'table', 'employee'],
    ['list the employee table', 'table', 'employee'],
    ['from a table named "my_people" please', 'table', 'my_people'],
    ['rows of table `shop.orders`', 'table', 'shop.orders'],
    ['list all tables', 'table', null],
    ['create a table with two columns', 'table', null],
    ['tables', 'table', null],
    ['read topic clicks, please', 'topic', 'clicks'],
    ['drop table x; drop table y', 'table', 'x'],
    ["table 'x y'", 'table', 'x'],
  ] as const) {
    assert.equal(nameInQuestion(question, noun), name, question)
  }
})
