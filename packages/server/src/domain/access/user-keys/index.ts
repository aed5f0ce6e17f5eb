import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import type { PageRequest } from '../../page.ts'
import type { Call } from '../principal.ts'
import { createUserKey, type NewUserKey } from './create-user-key.ts'
import { deleteUserKey } from './delete-user-key.ts'
import { endOwnKey } from './end-own-key.ts'
import { getUserKey, listUserKeys } from './read-user-keys.ts'
import { type UserKeyChanges, updateUserKey } from './update-user-key.ts'

export type { UserKey } from './user-key.ts'

/** A user's own API keys; always the caller's. */
export function userKeyUseCases(deps: { db: Db; sealer: Sealer }) {
  return {
    endOwnKey: (call: Call) => endOwnKey(deps.db, call),
    listUserKeys: (call: Call, { page }: { page: PageRequest }) => listUserKeys(deps, call, page),
    createUserKey: (call: Call, input: NewUserKey) => createUserKey(deps, call, input),
    getUserKey: (call: Call, id: string) => getUserKey(deps, call, id),
    updateUserKey: (call: Call, input: { id: string; changes: UserKeyChanges }) =>
      updateUserKey(deps, call, input),
    deleteUserKey: (call: Call, id: string) => deleteUserKey(deps.db, call, id),
  }
}
