import type { DatabaseOverrides, DatabaseState } from '../../platform/db/tables.ts'
import type { Address } from '../engines/index.ts'

export type { Address, DatabaseOverrides, DatabaseState }

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

export interface Database {
  readonly id: string
  readonly name: string
  readonly logicalId: string | null
  readonly workspaceId: string
  readonly project: { readonly id: string; readonly name: string }
  readonly branchId: string | null
  /** Of its deployment; null until somebody looks at it as one. */
  readonly namespaceId: string | null
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
  /** Its name within its server, which clients connect to. */
  readonly databaseName: string
  /** The gateway that all databases of the engine share. Null until its target's agent has said where it listens. */
  readonly address: Address | null
  /** A port of its own, where logins with chosen names are found. Null when it has none, or it is not known yet. */
  readonly ownPort: number | null
  readonly ownAddress: Address | null
  /** What it has in place of its size's. */
  readonly overrides: DatabaseOverrides
  /** Whether clients must use TLS. */
  readonly tlsRequired: boolean
  readonly planId: string | null
  readonly environmentId: string | null
  /** Since when it is out of sight, but kept. */
  readonly quarantinedAt: Date | null
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
  /** Whether somebody chose the role's name. It can log in through the database's own port only. */
  readonly chosen: boolean
  readonly engine: string
  readonly databaseName: string
  readonly database: { readonly id: string; readonly name: string }
  readonly workspaceId: string
  readonly projectId: string
  readonly namespaceId: string | null
  /** Where this login is found; null until it is known. */
  readonly address: Address | null
  readonly createdAt: Date
}

/** A credential at the one moment when its password is shown. */
export interface CredentialWithPassword extends Credential {
  readonly password: string
  /** In the form of the engine's clients; null while the address is unknown. */
  readonly connectionString: string | null
}
