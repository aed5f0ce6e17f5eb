import type { Fault, TaskReport, Verification } from '@croft/protocol'
import type { Generated } from 'kysely'
import type { CreatedAt } from './created-at.ts'
import type { StoredTarget, StoredTask } from './stored-messages.ts'

export interface AgentTasksTable {
  id: string
  target_id: string
  task: StoredTask
  state: Generated<'pending' | 'running' | 'done' | 'failed'>
  report: TaskReport | null
  created_at: CreatedAt
  finished_at: Date | null
}

export type BackupState = 'running' | 'completed' | 'failed' | 'skipped' | 'deleting' | 'deleted'

export type VerificationState = 'none' | 'pending' | 'running' | 'passed' | 'failed'

/** What a restore through the archive was asked to stop at, as the API shows it. */
export type RecoveryUntil =
  | { readonly type: 'time'; readonly at: string }
  | { readonly type: 'restore-point'; readonly id: string; readonly name: string }
  | { readonly type: 'latest' }

export interface BackupTargetsTable {
  id: string
  workspace_id: string
  name: string
  type: 'directory' | 's3' | 'azure' | 'google'
  config: Record<string, unknown>
  secret: Buffer | null
  allow_private: Generated<boolean>
  state: Generated<'unknown' | 'ok' | 'failing'>
  state_message: string | null
  probed_at: Date | null
  created_at: CreatedAt
  deleted_at: Date | null
  updated_at: Date | null
  deleting_at: Date | null
  deletion_forced: Generated<boolean>
}

export interface BackupsTable {
  id: string
  database_id: string
  instance_id: string
  task_id: string | null
  trigger: 'schedule' | 'manual' | 'chain'
  state: BackupState
  target: StoredTarget
  key: string | null
  version: string | null
  size_bytes: number | null
  stored_bytes: number | null
  mark: string | null
  error: string | null
  progress: { doneBytes: number; totalBytes: number } | null
  created_at: CreatedAt
  completed_at: Date | null
  backup_target_id: string | null
  encrypted: Generated<boolean>
  kind: Generated<'full' | 'incremental'>
  parent_id: string | null
  chain: string | null
  start_lsn: string | null
  consistent_at: Date | null
  verification: Generated<VerificationState>
  verification_task_id: string | null
  verified_at: Date | null
  verification_result: Verification | null
  verification_error: string | null
  verification_tries: Generated<number>
  found_bad: Generated<boolean>
}

export interface ArchiveChainsTable {
  instance_id: string
  chain: string
  epoch: number
  backup_target_id: string | null
  encrypted: boolean
  started_at: Date
  start_lsn: string
  base_key: string | null
  state: string
  archived_at: Date
  lag_bytes: number
  fault: Fault | null
  ended_at: Date | null
  recorded_at: Generated<Date>
  trimmed_lsn: string | null
  removed_at: Date | null
  cleared_at: Date | null
}

export interface RestorePointsTable {
  id: string
  database_id: string
  instance_id: string
  task_id: string | null
  name: string
  state: 'running' | 'completed' | 'failed'
  chain: string | null
  lsn: string | null
  at: Date | null
  error: string | null
  created_at: CreatedAt
  deleted_at: Date | null
}

export interface RestoresTable {
  id: string
  database_id: string
  backup_id: string | null
  epoch: number
  state: 'running' | 'completed' | 'failed'
  error: string | null
  created_at: CreatedAt
  finished_at: Date | null
  until: RecoveryUntil | null
}
