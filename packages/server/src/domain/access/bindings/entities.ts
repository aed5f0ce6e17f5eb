import type { RoleName } from '../rules/roles.ts'
import type { Level } from '../rules/subjects.ts'
import type { ScopeRef } from './place.ts'

export interface HolderRef {
  readonly type: 'user' | 'identity'
  readonly id: string
}

/** A role that somebody holds somewhere. */
export interface RoleBinding {
  readonly id: string
  /** `name`: a user's email, an identity's name. */
  readonly holder: HolderRef & { readonly name: string }
  readonly role: string
  readonly scope: ScopeRef
  readonly createdAt: Date
}

export interface RoleDescription {
  readonly name: RoleName
  readonly level: Level
  readonly title: string
  readonly permissions: readonly {
    readonly actions: readonly string[]
    readonly subjects: readonly string[]
  }[]
}
