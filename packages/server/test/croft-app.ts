import type { TestContext } from 'node:test'
import { createTestUser } from './access.ts'
import { createPrismeaiApp } from './prismeai-app.ts'

const API = '/api/croft/v1'
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Two users who administer an organization each, with tokens; and one without any role there. */
export async function createCroftApp(t: TestContext, settings: Record<string, string> = {}) {
  const given = await createPrismeaiApp(t, settings)
  const tokenOf = (userId: string) => given.access.createUserToken(given.system, { userId, name: 'test' })
  const userOf = async (
    email: string,
    role: string,
    type: 'platform' | 'organization' | 'workspace',
    id: string | null,
  ) => {
    const user = await createTestUser(given, email, role, { type, id })
    return { id: user.id, token: await tokenOf(user.id) }
  }
  const { acme, other } = given
  const users = {
    chief: await userOf('chief@example.com', 'organization-admin', 'organization', acme.organizationId),
    stranger: await userOf(
      'stranger@example.com',
      'organization-admin',
      'organization',
      other.organizationId,
    ),
    root: await userOf('root@example.com', 'platform-admin', 'platform', null),
  }
  /** As the chief unless somebody else is named; `null` names nobody. Answers status, code or body. */
  async function call(method: Method, path: string, body?: unknown, as: string | null = users.chief.token) {
    const response = await given.app.inject({
      method,
      url: `${API}${path}`,
      headers: as === null ? {} : { authorization: `Bearer ${as}` },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    const answer = response.body === '' ? {} : JSON.parse(response.body)
    return { status: response.statusCode, body: answer, code: answer.code as string | undefined }
  }
  return { ...given, ...users, call, userOf }
}
