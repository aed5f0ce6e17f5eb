import { type Static, Type } from 'typebox'
import type { User as DomainUser } from '../../../domain/access/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { CreateUser, Email, Link, UpdateUser, User } from '../schemas/people.ts'

const tag = 'Users'

export const presentUser = (user: DomainUser): Static<typeof User> => ({
  ...user,
  lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  createdAt: user.createdAt.toISOString(),
})

export const listUsers = operation({
  tag,
  summary: 'List users',
  description: 'Administrators of an organization see those who hold a role in it.',
  query: Type.Object({ ...PageQuery, email: Type.Optional(Email) }),
  status: 200,
  response: pageOf(User),
  async handle({ call, query }, { people }) {
    return presentPage(
      await people.listUsers(call, { page: readPage(query), email: query.email }),
      presentUser,
    )
  },
})

export const getUser = operation({
  tag,
  summary: 'Get a user',
  params: IdParams,
  status: 200,
  response: User,
  async handle({ call, params }, { people }) {
    return presentUser(await people.getUser(call, readId('user', params.id)))
  },
})

export const createUser = operation({
  tag,
  summary: 'Create a user',
  description: 'Who holds no role yet. For administrators of the platform; others invite people.',
  body: CreateUser,
  status: 201,
  response: User,
  async handle({ call, body }, { people }) {
    return presentUser(await people.createUser(call, body))
  },
})

export const updateUser = operation({
  tag,
  summary: 'Change a user',
  description: 'A disabled user can do nothing by any credential, from the next request on.',
  params: IdParams,
  body: UpdateUser,
  status: 200,
  response: User,
  async handle({ call, params, body }, { people }) {
    return presentUser(await people.updateUser(call, readId('user', params.id), body))
  },
})

export const createPasswordReset = operation({
  tag,
  summary: 'Make a link that resets a user’s password',
  description: 'Good for an hour and once; an earlier one ends. For administrators of the platform.',
  params: IdParams,
  status: 201,
  response: Link,
  async handle({ call, params, browser }, { people }) {
    const { token, expiresAt } = await people.createPasswordReset(call, readId('user', params.id))
    return { link: `${browser.origin}/reset-password?token=${token}`, expiresAt: expiresAt.toISOString() }
  },
})

export const removeSecondFactor = operation({
  tag,
  summary: 'Take a user’s second factor away',
  description: 'For administrators of the platform, when somebody’s phone and recovery codes are lost.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { people }) {
    await people.removeSecondFactor(call, readId('user', params.id))
  },
})
