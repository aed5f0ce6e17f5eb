import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { type Period, readUsage } from './read-usage.ts'
import { readWorkspaceUsage } from './read-workspace-usage.ts'

export type { Period, UsageTotals } from './read-usage.ts'
export type { WorkspaceUsage } from './read-workspace-usage.ts'

export function createUsage({ db }: { db: Db }) {
  return {
    readUsage: (call: Call, databaseId: string, period: Period) => readUsage(db, call, databaseId, period),
    readWorkspaceUsage: (call: Call, workspaceId: string, period: Period) =>
      readWorkspaceUsage(db, call, workspaceId, period),
  }
}
export type Usage = ReturnType<typeof createUsage>
