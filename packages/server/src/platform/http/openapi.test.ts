import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { buildHttp } from '../../../test/http.ts'
import { useOpenApi } from './openapi.ts'

test('each scope has a document of its own routes, with operation ids', async (t) => {
  const { app } = buildHttp(t)
  const documents: Record<string, () => unknown> = {}
  for (const dialect of ['one', 'two']) {
    app.register(async (scope) => {
      await useOpenApi(scope, {
        title: dialect,
        description: 'An API.',
        version: '1',
        dialect,
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      })
      scope.post(
        `/${dialect}/things/:id`,
        {
          config: { operation: `${dialect}.makeThing` },
          schema: {
            params: Type.Object({ id: Type.String({ description: 'Which.' }) }),
            body: Type.Object({ size: Type.Union([Type.Literal('s'), Type.Literal('m')]) }),
            response: { 201: Type.Object({ id: Type.String() }, { description: 'Made.' }) },
          },
        },
        async () => ({ id: 'x' }),
      )
      scope.get(
        `/${dialect}/page`,
        { config: { operation: `${dialect}.page` }, schema: { hide: true } },
        async () => '',
      )
      documents[dialect] = () => scope.swagger()
    })
  }
  await app.ready()
  const document = JSON.parse(JSON.stringify(documents.one?.()))
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(Object.keys(document.paths), ['/one/things/{id}'])
  const { post } = document.paths['/one/things/{id}']
  assert.equal(post.operationId, 'makeThing')
  assert.equal(post.parameters[0].name, 'id')
  assert.deepEqual(post.requestBody.content['application/json'].schema.properties.size.anyOf.length, 2)
  assert.equal(post.responses['201'].description, 'Made.')
  assert.deepEqual(document.security, [{ bearer: [] }])
})
