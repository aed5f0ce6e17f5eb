import type { Db } from '../../platform/db/connect.ts'
import { authorizeWorkspace, type Call } from '../access/index.ts'
import type { Period, UsageTotals } from './read-usage.ts'

export interface WorkspaceUsage extends UsageTotals {
  /** Databases that exist now, those in quarantine left out. */
  readonly databases: number
}

/** Of all databases of a workspace, deleted ones too as far as they ran. Throws `workspace-not-found`, `forbidden`. */
export async function readWorkspaceUsage(
  db: Db,
  call: Call,
  workspaceId: string,
  period: Period,
): Promise<WorkspaceUsage> {
  await authorizeWorkspace(db, call, workspaceId, 'get_usage')
  const inWorkspace = db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .where('projects.workspace_id', '=', workspaceId)
  const samples = inWorkspace
    .innerJoin('usage_samples as sample', 'sample.database_id', 'databases.id')
    .where('sample.at', '<', period.to)
  const [alive, operations, sizes] = await Promise.all([
    inWorkspace
      .where('databases.deleted_at', 'is', null)
      .where('databases.quarantined_at', 'is', null)
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
    samples
      .where('sample.at', '>=', period.from)
      .select((eb) => eb.fn.sum<string | null>('sample.operations').as('sum'))
      .executeTakeFirst(),
    db
      .selectFrom(
        samples
          .where('databases.deleted_at', 'is', null)
          .where('databases.quarantined_at', 'is', null)
          .distinctOn('sample.database_id')
          .select('sample.size_bytes')
          .orderBy('sample.database_id')
          .orderBy('sample.at', 'desc')
          .as('last'),
      )
      .select((eb) => eb.fn.sum<string | null>('last.size_bytes').as('sum'))
      .executeTakeFirst(),
  ])
  return {
    databases: Number(alive.count),
    operations: Number(operations?.sum ?? 0),
    sizeBytes: Number(sizes?.sum ?? 0),
  }
}
