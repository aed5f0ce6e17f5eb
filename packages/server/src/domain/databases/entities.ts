import type { DatabaseState } from '../../platform/db/tables.ts'

export type { DatabaseState }

/** What a database was made from, and by whom its content is explained. */
export type Source =
  | { readonly type: 'empty' }
  | { readonly type: 'backup'; readonly databaseId: string; readonly backupId: string }
  | {
      readonly type: 'database'
      readonly databaseId: string
      /** ISO time of the moment, or name of the restore point, it was restored to; else it is a copy of that time. */
      readonly at?: string
      readonly restorePoint?: string
    }

/** What a database is to be made from. */
export type SourceWish =
  | { readonly type: 'empty' }
  | {
      readonly type: 'backup'
      readonly databaseId: string
      readonly backupId: string
      /** Takes one that failed its verification. */
      readonly force?: boolean | undefined
    }
  | {
      readonly type: 'database'
      readonly databaseId: string
      /** A moment of its recovery window as the caller wrote it; without it or `restorePoint`, as it is now. */
      readonly at?: string | undefined
      /** Name or id. */
      readonly restorePoint?: string | undefined
    }

/** What clients dial. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly sslmode: 'disable' | 'require'
}

export interface Database {
  readonly id: string
  readonly name: string
  readonly logicalId: string | null
  readonly workspaceId: string
  readonly project: { readonly id: string; readonly name: string }
  readonly branchId: string | null
  readonly isDefault: boolean
  readonly engine: string
  readonly version: string
  readonly size: string
  readonly region: string
  readonly state: DatabaseState
  readonly stateMessage: string | null
  readonly source: Source
  readonly idleTimeoutSeconds: number
  readonly connectionLimit: number
  readonly backupRetentionDays: number
  /** Null until its target's agent has said where its gateway listens. */
  readonly address: Address | null
  readonly target: { readonly id: string; readonly name: string }
  readonly power: 'asleep' | 'starting' | 'running' | 'stopping' | null
  /** Of a copy or a restore under way. */
  readonly progress: { readonly doneBytes: number; readonly totalBytes: number } | null
  readonly createdAt: Date
  readonly readyAt: Date | null
  /** Oldest first; never with a password. */
  readonly credentials: readonly Credential[]
}

export interface Credential {
  readonly id: string
  readonly name: string
  readonly roleName: string
  readonly database: { readonly id: string; readonly name: string }
  readonly workspaceId: string
  readonly projectId: string
  readonly address: Address | null
  readonly createdAt: Date
}

/** A credential at the one moment when its password is shown. */
export interface CredentialWithPassword extends Credential {
  readonly password: string
  /** `postgres://role:password@host:port/postgres?sslmode=…`; null while the address is unknown. */
  readonly connectionString: string | null
}
