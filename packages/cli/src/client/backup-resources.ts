/** What the CLI reads of backups and recovery: the fields it shows. Answers may have more. */
export interface Backup {
  readonly id: string
  readonly databaseId: string
  readonly state: 'running' | 'completed' | 'failed' | 'skipped' | 'deleting' | 'deleted'
  readonly trigger?: string
  readonly kind?: 'full' | 'incremental'
  readonly parentId?: string | null
  readonly encrypted?: boolean
  readonly restorable?: boolean
  readonly consistentAt?: string | null
  readonly verification?: Verification | null
  readonly engine?: string
  readonly version?: string | null
  readonly sizeBytes?: number | null
  readonly storedBytes?: number | null
  readonly error?: string | null
  readonly progress?: { readonly doneBytes: number; readonly totalBytes: number } | null
  readonly createdAt: string
  readonly completedAt?: string | null
}

export interface Verification {
  readonly state: 'none' | 'pending' | 'running' | 'passed' | 'failed'
  readonly verifiedAt: string | null
  readonly durationMs: number | null
  readonly sizeBytes: number | null
  readonly relations: number | null
  readonly error: string | null
}

/** To which moments a database can be restored. */
export interface RecoveryWindow {
  readonly earliest: string | null
  readonly latest: string | null
  readonly spans: readonly { readonly from: string; readonly to: string }[]
  /** How far its changes are archived; null while nothing is. */
  readonly archive: {
    readonly state: string
    readonly lagBytes: number
    readonly archivedAt: string | null
    readonly fault?: { readonly message: string } | null
  } | null
  readonly retentionDays: number
}

/** Something about a database that somebody should know. */
export interface Warning {
  readonly code: string
  readonly message: string
}

export interface RestorePoint {
  readonly id: string
  readonly databaseId: string
  readonly name: string
  readonly state: 'running' | 'completed' | 'failed'
  readonly at: string | null
  readonly restorable: boolean
  readonly error?: string | null
  readonly createdAt: string
}

export interface BackupTarget {
  readonly id: string
  readonly name: string
  readonly location:
    | { readonly type: 'directory'; readonly path: string }
    | {
        readonly type: 's3'
        readonly endpoint: string
        readonly region: string
        readonly bucket: string
        readonly prefix: string
        readonly pathStyle: boolean
        readonly accessKeyId: string
      }
    | {
        readonly type: 'azure'
        readonly endpoint: string
        readonly account: string
        readonly container: string
        readonly prefix: string
      }
    | {
        readonly type: 'google'
        readonly endpoint: string
        readonly bucket: string
        readonly prefix: string
        readonly projectId: string
      }
  readonly state: 'unknown' | 'ok' | 'failing'
  readonly stateMessage: string | null
  readonly probedAt: string | null
  /** How many databases store there. */
  readonly databases: number
  readonly createdAt: string
}

export interface BackupPolicy {
  /** Null is the directory of the database's host. */
  readonly targetId: string | null
  /** Cron, UTC; null is the platform's. */
  readonly schedule: string | null
  readonly retentionDays: number
  readonly incremental: 'auto' | 'off'
  readonly encryption: boolean
  readonly archive: boolean
}

/** A database that was deleted and can still be brought back. */
export interface DeletedDatabase {
  readonly id: string
  readonly name: string
  readonly projectId: string
  readonly deletedAt: string
  readonly purgeAt: string
  readonly backups: number
  readonly recovery: { readonly earliest: string; readonly latest: string } | null
}
