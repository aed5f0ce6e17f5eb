import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type TSchema, Type } from 'typebox'
import { buildHttp } from '../../../test/http.ts'
import { CroftError } from '../errors/index.ts'

const Item = Type.Object({ id: Type.String(), at: Type.Optional(Type.String({ format: 'date-time' })) })
const Strict = Type.Object({ id: Type.String() }, { additionalProperties: false })

async function answer(
  t: TestContext,
  response: Record<string, TSchema>,
  status: number,
  body: unknown,
  check = true,
) {
  const { app, lines } = buildHttp(t, { checkResponses: check })
  app.get('/x', { config: { operation: 'test.x' }, schema: { response } }, async (_request, reply) => {
    if (body instanceof Error) throw body
    return reply.code(status).send(body)
  })
  return { ...(await app.inject('/x')), lines }
}

test('answers that fit go through as they are', async (t) => {
  const at = new Date('2026-01-02T03:04:05Z')
  for (const [response, status, body] of [
    [{ 200: Item }, 200, { id: 'a', at, extra: 1 }],
    [{ 200: Type.Array(Strict) }, 200, [{ id: 'a' }]],
    [{ 204: Type.Null() }, 204, undefined],
    [{ 200: Item, '4xx': Strict }, 404, { id: 'a' }],
    [{ 200: Item, default: Strict }, 500, { id: 'a' }],
  ] as const) {
    const { statusCode, body: text, lines } = await answer(t, response, status, body)
    assert.equal(statusCode, status, lines.join(''))
    if (body !== undefined) assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(body)))
  }
})

test('an undeclared status, a wrong body and a property too many are our mistake', async (t) => {
  for (const [response, status, body, fault] of [
    [{ 200: Item }, 201, { id: 'a' }, /test.x answered 201: the route does not declare/],
    [{ 200: Item }, 204, undefined, /answered 204/],
    [{ 200: Item }, 200, { id: 1 }, /answered 200: \/id must be string/],
    [{ 200: Item }, 200, { at: new Date() }, /answered 200/],
    [{ 200: Strict }, 200, { id: 'a', password: 'x' }, /answered 200/],
  ] as const) {
    const { statusCode, body: text, lines } = await answer(t, response, status, body)
    assert.equal(statusCode, 500)
    assert.ok(!text.includes('answered'))
    assert.match(lines.join(''), fault)
  }
})

test('failures are checked too', async (t) => {
  const missing = new CroftError('route-not-found', 'gone')
  const Problem = Type.Object({ code: Type.Literal('route-not-found') })
  assert.equal((await answer(t, { 200: Item, 404: Problem }, 0, missing)).statusCode, 404)
  const undeclared = await answer(t, { 200: Item }, 0, missing)
  assert.equal(undeclared.statusCode, 500)
  assert.match(undeclared.lines.join(''), /answered 404: the route does not declare/)
})

test('without the option answers go out unchecked', async (t) => {
  assert.equal((await answer(t, { 200: Strict }, 200, { id: 1, more: 2 }, false)).body, '{"id":1,"more":2}')
})
