import type { Db } from '../../../platform/db/connect.ts'
import type { Call } from '../principal.ts'
import { createBinding, type NewBinding } from './create-binding.ts'
import { deleteBinding } from './delete-binding.ts'
import { type BindingFilter, listBindings } from './list-bindings.ts'
import { listRoles } from './list-roles.ts'

export { assertAdministratorLeft } from './assert-administrator-left.ts'
export { assertMayGive } from './assert-may-give.ts'
export { authorizeScope } from './authorize-scope.ts'
export { checkRole } from './create-binding.ts'
export type { HolderRef, RoleBinding, RoleDescription } from './entities.ts'
export type { ScopeRef } from './place.ts'

/** Built-in roles, and who holds them where. */
export function bindingUseCases(db: Db) {
  return {
    listRoles: (call: Call) => listRoles(call),
    listBindings: (call: Call, filter: BindingFilter) => listBindings(db, call, filter),
    createBinding: (call: Call, input: NewBinding) => createBinding(db, call, input),
    deleteBinding: (call: Call, id: string) => deleteBinding(db, call, id),
  }
}
