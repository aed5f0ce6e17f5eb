import { CliFault } from '../fault.ts'
import { ApiProblem } from './answers.ts'
import type { Api } from './api.ts'
import type { UserKey } from './resources.ts'

const TITLE = 'croft login on '
const DAYS = 90

const isOver = ({ enabled, expiresAt }: UserKey): boolean =>
  !enabled || (expiresAt !== null && Date.parse(expiresAt) <= Date.now())

const isGone = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404

/**
 * Deletes a key of the user who is logged in, after switching it off: what is on cannot be deleted. Answers false for
 * one that is gone already, or another user's. Throws `ApiProblem`.
 */
export async function deleteUserKey(api: Api, id: string): Promise<boolean> {
  try {
    await api.patch(`/user-api-keys/${id}`, { enabled: false })
    await api.remove(`/user-api-keys/${id}`)
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

function freeName(name: string, keys: readonly UserKey[]): string {
  const taken = new Set(keys.map((key) => key.name))
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name} (${number})`
  return free
}

function tooMany(keys: readonly UserKey[]): CliFault {
  const names = keys.map(({ name }) => name).join(', ')
  return new CliFault(`This user has ${keys.length} API keys, as many as there may be.`, {
    hint: `Log out where a login is no longer needed (croft logout), or delete one of them with the API: ${names}`,
  })
}

/**
 * A key for a login from this host, good for 90 days. Keys of logins that are switched off or over make room: those of
 * this host, and, when the user has as many keys as there may be, the oldest of another host, or the key that this one
 * replaces. Throws when nothing can go.
 */
export async function createLoginKey(api: Api, host: string, replacedId?: string): Promise<UserKey> {
  const all = await api.list<UserKey>('/user-api-keys')
  const name = `${TITLE}${host.slice(0, 100)}`
  const ended = all.filter((key) => key.name.startsWith(TITLE) && isOver(key))
  const ofHost = ended.filter((key) => key.name === name || key.name.startsWith(`${name} (`))
  for (const key of ofHost) await deleteUserKey(api, key.id)
  const keys = all.filter((key) => !ofHost.includes(key))
  const create = async () => {
    const expiresAt = new Date(Date.now() + DAYS * 86_400_000).toISOString()
    return api.post<UserKey>('/user-api-keys', { name: freeName(name, keys), expiresAt })
  }
  try {
    return await create()
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'too-many-keys') throw error
    const elsewhere = ended.filter((key) => !ofHost.includes(key))
    const [oldest] = elsewhere.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))
    const goes = oldest ?? keys.find(({ id }) => id === replacedId)
    if (!goes) throw tooMany(keys)
    await deleteUserKey(api, goes.id)
    return create()
  }
}
