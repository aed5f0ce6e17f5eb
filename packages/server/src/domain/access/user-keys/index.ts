import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import type { PageRequest } from '../../page.ts'
import type { Call } from '../principal.ts'
import { createUserKey, type NewUserKey } from './create-user-key.ts'
import { deleteUserKey } from './delete-user-key.ts'
import { endOwnKey } from './end-own-key.ts'
import { pageUserKeys, type UserKeyFilter } from './page-user-keys.ts'
import { getUserKey, listUserKeys } from './read-user-keys.ts'
import { type UserKeyChanges, updateUserKey } from './update-user-key.ts'
import { wasKeyDeleted } from './was-key-deleted.ts'

export type { UserKey } from './user-key.ts'

/** A user's own API keys; always the caller's. */
export function userKeyUseCases(deps: { db: Db; sealer: Sealer }) {
  return {
    endOwnKey: (call: Call) => endOwnKey(deps.db, call),
    listUserKeys: (call: Call, { page }: { page: PageRequest }) => listUserKeys(deps, call, page),
    pageUserKeys: (call: Call, filter: UserKeyFilter) => pageUserKeys(deps, call, filter),
    createUserKey: (call: Call, input: NewUserKey) => createUserKey(deps, call, input),
    getUserKey: (call: Call, id: string) => getUserKey(deps, call, id),
    updateUserKey: (call: Call, input: { id: string; changes: UserKeyChanges }) =>
      updateUserKey(deps, call, input),
    wasKeyDeleted: (bearer: string) => wasKeyDeleted(deps.db, bearer),
    deleteUserKey: (call: Call, id: string) => deleteUserKey(deps.db, call, id),
  }
}
