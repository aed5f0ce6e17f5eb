import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDbaasApp } from '../../../test/dbaas-app.ts'
import { DOCUMENT_PATH } from './document.ts'

type Contents = Record<string, { readonly schema: { readonly $ref?: string } }>
interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Contents }> }>>
}

test('the document gives no body to answers that have none, and the form of errors to errors only', async (t) => {
  const { send } = await createDbaasApp(t)
  const { paths } = (await send('GET', DOCUMENT_PATH)).body as unknown as Document
  let bodies = 0
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const what = `${method} ${path} ${status}`
        assert.equal(content !== undefined, status !== '204' && status !== '3XX', what)
        const isError = content?.['application/json']?.schema.$ref === '#/components/schemas/Error'
        assert.equal(isError, /^[45]/.test(status), what)
        bodies += 1
      }
    }
  }
  assert.ok(bodies > 0)
})
