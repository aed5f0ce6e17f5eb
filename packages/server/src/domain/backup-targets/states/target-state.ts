import type { StoredFault } from '../../../platform/db/deployment-tables.ts'

export type SyncState = 'pending' | 'successful' | 'failed_create' | 'failed_delete' | 'failed_update'
export const SYNC_STATES: readonly SyncState[] = [
  ...(['pending', 'successful', 'failed_create', 'failed_delete', 'failed_update'] as const),
]

/** Whether what runs on a deployment target can store in a backup target. */
export interface TargetState {
  readonly backupTargetId: string
  readonly deploymentTargetId: string
  readonly state: SyncState
  /** Why it failed. */
  readonly error: StoredFault | null
  /** What the backup target is known by there, once it could be stored in. */
  readonly credentials: { readonly id: string; readonly name: string } | null
}

/** Codes and sentences of the API that this state comes from. */
export const STATE_FAULTS = {
  unavailable: {
    code: 'deployment_target_unavailable',
    message: 'The deployment target is not connected.',
  },
  notCreated: {
    code: 'failed_to_create_px_credentials',
    message: 'The deployment target cannot store in the backup target.',
  },
  notDeleted: {
    code: 'deployment_target_unavailable',
    message: 'The deployment target is not connected, so the backup target cannot be removed from it.',
  },
} as const satisfies Record<string, StoredFault>
