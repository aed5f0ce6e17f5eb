import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import type { User } from './resources.ts'
import { isUuid } from './uuid.ts'

/** The user that an email or id on the command line means. Throws when there is none. */
export async function findUser(api: Api, emailOrId: string): Promise<User> {
  if (isUuid(emailOrId)) return api.get<User>(`/users/${emailOrId}`)
  const [user] = await api.list<User>('/users', { email: emailOrId })
  if (user) return user
  throw new CliFault(`There is no user ${emailOrId}.`, {
    hint: `Invite somebody new: croft invite ${emailOrId} --role ROLE --at SCOPE`,
  })
}
