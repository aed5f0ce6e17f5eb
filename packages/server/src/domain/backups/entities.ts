import type { RecoveryUntil, VerificationState } from '../../platform/db/tables.ts'

export interface Backup {
  readonly id: string
  readonly databaseId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly namespaceId: string | null
  readonly trigger: 'schedule' | 'manual' | 'chain'
  readonly state: 'running' | 'completed' | 'failed'
  readonly kind: 'full' | 'incremental'
  /** What an incremental one is made on. */
  readonly parentId: string | null
  readonly engine: string
  readonly version: string | null
  readonly sizeBytes: number | null
  readonly storedBytes: number | null
  readonly encrypted: boolean
  /** The archive that goes on from it. */
  readonly chain: string | null
  /** From here on its archive can be rolled forward. */
  readonly consistentAt: Date | null
  readonly verification: {
    readonly state: VerificationState
    readonly verifiedAt: Date | null
    readonly durationMs: number | null
    /** Of the restored data. */
    readonly sizeBytes: number | null
    readonly relations: number | null
    readonly error: string | null
  }
  /** Completed, and not found to be bad. */
  readonly restorable: boolean
  readonly error: string | null
  readonly progress: { readonly doneBytes: number; readonly totalBytes: number } | null
  readonly createdAt: Date
  readonly completedAt: Date | null
}

export interface Restore {
  readonly id: string
  readonly databaseId: string
  /** Null when no backup was restored: a copy of another database, or the archive of one that began empty. */
  readonly backupId: string | null
  /** What it was asked to stop at; null for the backup as it is. */
  readonly until: RecoveryUntil | null
  readonly state: 'running' | 'completed' | 'failed'
  readonly error: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}
