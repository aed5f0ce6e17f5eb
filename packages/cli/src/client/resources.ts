import type { Progress } from '../output/progress-bar.ts'
import type { Warning } from './backup-resources.ts'

/** Croft's API as the CLI reads it: the fields it shows. Answers may have more. */
export interface Database {
  readonly id: string
  readonly name: string
  readonly state: 'provisioning' | 'ready' | 'recovering' | 'failed' | 'deleting' | 'deleted'
  readonly stateMessage?: string | null
  readonly engine: string
  readonly version: string
  /** Its name within its server. */
  readonly databaseName?: string
  readonly size: string
  readonly region: string
  readonly projectId: string
  readonly isDefault: boolean
  readonly idleTimeoutSeconds: number
  readonly connectionLimit: number
  readonly createdAt: string
  readonly target: { readonly id: string; readonly name: string } | null
  readonly power: string | null
  readonly host: string | null
  readonly port: number | null
  /** Where logins with chosen names are found. */
  readonly ownPort?: number | null
  /** Since when it is in quarantine; null when it is in none. */
  readonly quarantinedAt?: string | null
  /** To which moments it can be restored; null while there is none. */
  readonly recovery?: { readonly earliest: string; readonly latest: string } | null
  readonly warnings?: readonly Warning[]
  /** Of a copy or a restore under way. */
  readonly progress?: Progress | null
  /** Only in the answer that creates it. */
  readonly connectionString?: string | null
}

export interface Credential {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** Only in the answers that create or rotate it. */
  readonly connectionString?: string | null
}

export interface Token {
  readonly id: string
  readonly name: string | null
  readonly hint?: string | null
  readonly workspaceId?: string
  readonly createdAt: string
  readonly expiresAt?: string | null
  /** Only in the answer that creates it. */
  readonly value?: string
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly workspaceId: string
  readonly rules: readonly {
    readonly action: string | readonly string[]
    readonly subject: string
    readonly inverted?: boolean
  }[]
  readonly disabled: boolean
  readonly createdAt: string
  readonly lastUsedAt: string | null
  /** Only in the answers that create it or show it alone. */
  readonly value?: string
}

export interface OAuthApplication {
  readonly id: string
  readonly name: string
  readonly clientId: string
  readonly redirectUris: readonly string[]
  readonly confidential: boolean
  readonly createdAt: string
  /** Only in the answer that creates a confidential one. */
  readonly clientSecret?: string | null
}

export interface Target {
  readonly id: string
  readonly name: string
  readonly connected?: boolean
}

export interface Event {
  readonly id: string
  readonly at: string
  readonly workspaceId: string | null
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null }
  readonly action: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly after?: unknown
}

/** One step of verifying the trail. */
export interface VerifyStep {
  readonly checked: number
  readonly links: number
  readonly head: string
  readonly fault: {
    readonly kind: string
    readonly message: string
    readonly sequence: number | null
    readonly eventId: string | null
  } | null
  readonly next: string | null
}

/** A key of a user's own; it may do what its user may. */
export interface UserKey {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly enabled: boolean
  readonly createdAt: string
  readonly expiresAt: string | null
}

export interface User {
  readonly id: string
  readonly email: string
  readonly displayName: string | null
  readonly disabled: boolean
  readonly secondFactor: boolean
  readonly hasPassword: boolean
  readonly lastLoginAt: string | null
  readonly createdAt: string
}

export interface ScopeRef {
  readonly type: string
  /** Null for the platform only. */
  readonly id: string | null
}

export interface Role {
  readonly name: string
  readonly level: string
  readonly title: string
  readonly permissions: readonly {
    readonly actions: readonly string[]
    readonly subjects: readonly string[]
  }[]
}

export interface RoleBinding {
  readonly id: string
  readonly holder: { readonly type: 'user' | 'identity'; readonly id: string; readonly name: string }
  readonly role: string
  readonly scope: ScopeRef
  readonly createdAt: string
}

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly scope: ScopeRef
  readonly expiresAt: string
  /** Only in the answer that creates it; null when it goes out by mail. */
  readonly link?: string | null
}

export interface Identity {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly clientId: string
  readonly enabled: boolean
  readonly createdAt: string
  readonly lastUsedAt: string | null
  /** Only in the answers that create it or give it another. */
  readonly clientSecret?: string
}

/** An organization or a workspace. */
export interface Tenant {
  readonly id: string
  readonly name: string
}
