import { Type } from 'typebox'
import type { UserKey } from '../../../domain/access/index.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { CreateUserKey, UpdateUserKey, UserKey as UserKeyBody } from '../schemas/user-key.ts'

const tag = 'User API keys'

const presentKey = (key: UserKey) => ({
  id: key.id,
  name: key.name,
  value: key.value,
  enabled: key.enabled,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
})

export const listUserKeys = operation({
  tag,
  summary: 'List the caller’s API keys',
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(UserKeyBody),
  async handle({ call, query }, { access }) {
    return presentPage(await access.listUserKeys(call, { page: readPage(query) }), presentKey)
  },
})

export const createUserKey = operation({
  tag,
  summary: 'Create an API key of one’s own',
  description: 'It may do what its user may. A user has ten at most; when a key ends cannot be changed.',
  body: CreateUserKey,
  status: 201,
  response: UserKeyBody,
  async handle({ call, body }, { access }) {
    const expiresAt =
      body.expiresAt === undefined || body.expiresAt === null ? null : new Date(body.expiresAt)
    return presentKey(await access.createUserKey(call, { name: body.name, expiresAt }))
  },
})

export const getUserKey = operation({
  tag,
  summary: 'Get an API key of one’s own',
  params: IdParams,
  status: 200,
  response: UserKeyBody,
  async handle({ call, params }, { access }) {
    return presentKey(await access.getUserKey(call, params.id))
  },
})

export const updateUserKey = operation({
  tag,
  summary: 'Rename an API key of one’s own, or switch it off or on',
  params: IdParams,
  body: UpdateUserKey,
  status: 200,
  response: UserKeyBody,
  async handle({ call, params, body }, { access }) {
    return presentKey(await access.updateUserKey(call, { id: params.id, changes: body }))
  },
})

export const deleteUserKey = operation({
  tag,
  summary: 'Delete an API key of one’s own',
  description: 'One that is switched off or has expired.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteUserKey(call, params.id)
  },
})
