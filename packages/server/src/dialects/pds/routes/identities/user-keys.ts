import { Type } from 'typebox'
import { CroftError } from '../../../../platform/errors/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentUserKey } from '../../presenters/identity.ts'
import { NewUserApiKey, UserApiKey, UserApiKeyChanges } from '../../schemas/identity.ts'
import { Named } from '../../schemas/text.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'UserAPIKey'

function readEnd(text: string | undefined): Date | null {
  // What Go's clients send who set none.
  if (text === undefined || text === '') return null
  const at = new Date(text)
  if (/^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(at.getTime())) return at
  const message = 'must be a time as RFC 3339 has it, such as 2030-01-31T12:00:00Z'
  throw new CroftError('invalid-input', `The key’s end ${message}.`, {
    fields: [{ path: '/expires_at', message }],
  })
}

export const listUserApiKeys = operation({
  tag,
  summary: 'List the caller’s own API keys',
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Named),
    enabled: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: PageOf(UserApiKey),
  async handle({ call, query: { id, name, enabled, ...query } }, { access }) {
    const page = readList(query, ['id', 'name', 'created_at', 'enabled', 'expires_at'])
    return toPage(page, await access.pageUserKeys(call, { id, name, enabled, page }), presentUserKey)
  },
})

export const createUserApiKey = operation({
  tag,
  summary: 'Create an API key',
  description: 'It may do what its user may. Ten at most; a key cannot make keys.',
  body: NewUserApiKey,
  status: 201,
  response: UserApiKey,
  async handle({ call, body }, { access }) {
    const expiresAt = readEnd(body.expires_at)
    return presentUserKey(await access.createUserKey(call, { name: body.name, expiresAt }))
  },
})

export const getUserApiKey = operation({
  tag,
  summary: 'Get one of the caller’s own API keys',
  params: OfId,
  status: 200,
  response: UserApiKey,
  async handle({ call, params }, { access }) {
    return presentUserKey(await access.getUserKey(call, params.id))
  },
})

export const updateUserApiKey = operation({
  tag,
  summary: 'Rename an API key, or switch it off or on',
  params: OfId,
  body: UserApiKeyChanges,
  status: 200,
  async handle({ call, params, body: { name, enabled } }, { access }) {
    await access.updateUserKey(call, { id: params.id, changes: { name, enabled } })
  },
})

export const deleteUserApiKey = operation({
  tag,
  summary: 'Delete an API key',
  description: 'One that is switched off or has expired; any other is 422.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteUserKey(call, params.id)
  },
})
