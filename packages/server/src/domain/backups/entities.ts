export interface Backup {
  readonly id: string
  readonly databaseId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly trigger: 'schedule' | 'manual' | 'chain'
  readonly state: 'running' | 'completed' | 'failed'
  readonly engine: string
  readonly version: string | null
  readonly sizeBytes: number | null
  readonly storedBytes: number | null
  readonly error: string | null
  readonly progress: { readonly doneBytes: number; readonly totalBytes: number } | null
  readonly createdAt: Date
  readonly completedAt: Date | null
}

export interface Restore {
  readonly id: string
  readonly databaseId: string
  readonly backupId: string | null
  readonly state: 'running' | 'completed' | 'failed'
  readonly error: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}
