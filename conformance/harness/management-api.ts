import assert from 'node:assert/strict'
import { createManagementApiClient, type ManagementApiClient } from '@prisma/management-api-sdk'
import { type OpenApiCheck, openApiCheck } from './openapi-check.ts'

/** Shared by the clients of a test file, so that one place knows what was called. */
export const prismaCheck: OpenApiCheck = openApiCheck('prisma')

/** Every answer that this client gets is held against the committed document. */
export function checkAnswers<Client extends Pick<ManagementApiClient, 'use'>>(client: Client): Client {
  client.use({
    async onResponse({ request, schemaPath, response }) {
      await prismaCheck.check({ method: request.method, path: schemaPath, response })
    },
  })
  return client
}

/** The official client with a token, checked. */
export function managementApi(url: string, token: string): ManagementApiClient {
  return checkAnswers(createManagementApiClient({ token, baseUrl: url }))
}

interface Answer<Body> {
  readonly data?: Body
  readonly error?: unknown
  readonly response: Response
}

/** The body of a success with this status. */
export function bodyOf<Body>({ data, error, response }: Answer<Body>, status: number): NonNullable<Body> {
  assert.equal(response.status, status, JSON.stringify(error))
  assert.ok(data !== undefined && data !== null)
  return data
}

export function assertDone({ data, error, response }: Answer<unknown>): void {
  assert.equal(response.status, 204, JSON.stringify(error))
  assert.equal(data, undefined)
}

/** The message of a refusal with this status and code. */
export function refusalOf({ data, error, response }: Answer<unknown>, status: number, code: string): string {
  assert.equal(response.status, status, JSON.stringify(data ?? error))
  const refused = error as { error: { code: string; message: string } }
  assert.equal(refused.error.code, code, refused.error.message)
  return refused.error.message
}
