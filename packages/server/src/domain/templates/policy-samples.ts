/** A backup policy to begin with. Workspaces get no copies: when to back up is for whoever pays for the storage. */
export interface PolicySample {
  readonly name: string
  readonly schedules: readonly {
    readonly id: string
    readonly type: 'full' | 'incremental'
    /** Cron of five fields, in UTC. */
    readonly schedule: string
    /** Backups that are kept. */
    readonly retentionCount: number
  }[]
}

export const POLICY_SAMPLES: readonly PolicySample[] = [
  {
    name: 'Daily',
    schedules: [
      {
        id: '0e5a1a52-8d35-4a0e-9d5c-1f0d5c2f7a01',
        type: 'full',
        schedule: '0 2 * * *',
        retentionCount: 7,
      },
    ],
  },
  {
    name: 'Weekly with daily increments',
    schedules: [
      {
        id: '0e5a1a52-8d35-4a0e-9d5c-1f0d5c2f7a02',
        type: 'full',
        schedule: '0 2 * * 0',
        retentionCount: 4,
      },
      {
        id: '0e5a1a52-8d35-4a0e-9d5c-1f0d5c2f7a03',
        type: 'incremental',
        schedule: '0 2 * * 1-6',
        retentionCount: 6,
      },
    ],
  },
]
