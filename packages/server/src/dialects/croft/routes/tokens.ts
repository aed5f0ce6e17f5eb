import { Type } from 'typebox'
import type { ServiceToken } from '../../../domain/access/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { CreatedToken, CreateToken, Token } from '../schemas/access.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { WorkspaceId, workspaceOf } from '../workspace-of.ts'

const tag = 'Tokens'

const presentToken = (token: ServiceToken) => ({
  id: token.id,
  name: token.name,
  workspaceId: token.workspaceId,
  hint: token.hint,
  createdAt: token.createdAt.toISOString(),
  expiresAt: token.expiresAt?.toISOString() ?? null,
})

export const listTokens = operation({
  tag,
  summary: 'List service tokens',
  description: 'Newest first.',
  query: Type.Object({ ...PageQuery, workspaceId: WorkspaceId }),
  status: 200,
  response: pageOf(Token),
  async handle({ call, query }, { access }) {
    const input = { workspaceId: workspaceOf(call, query.workspaceId), page: readPage(query) }
    return presentPage(await access.listServiceTokens(call, input), presentToken)
  },
})

export const createToken = operation({
  tag,
  summary: 'Create a service token',
  body: CreateToken,
  status: 201,
  response: CreatedToken,
  async handle({ call, body }, { access }) {
    const token = await access.createServiceToken(call, {
      workspaceId: workspaceOf(call, body.workspaceId),
      name: body.name,
      expiresAt: body.expiresAt === undefined ? undefined : new Date(body.expiresAt),
    })
    return { ...presentToken(token), value: token.value }
  },
})

export const revokeToken = operation({
  tag,
  summary: 'Revoke a service token',
  description: 'It stops working with the next request.',
  params: IdParams,
  query: Type.Object({ workspaceId: WorkspaceId }),
  status: 204,
  async handle({ call, params, query }, { access }) {
    const id = readId('token', params.id)
    await access.revokeServiceToken(call, { workspaceId: workspaceOf(call, query.workspaceId), id })
  },
})
