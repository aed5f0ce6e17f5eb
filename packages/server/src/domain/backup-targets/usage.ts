import type { Executor } from '../../platform/db/connect.ts'

/** What lies in a backup target, or is to go there. */
export interface TargetUsage {
  readonly databases: number
  readonly backups: number
  readonly archives: number
}

export async function usageOf(db: Executor, id: string): Promise<TargetUsage> {
  const count = { databases: 0, backups: 0, archives: 0 }
  const [databases, backups, archives] = await Promise.all([
    db
      .selectFrom('databases')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('backup_target_id', '=', id)
      .where('purged_at', 'is', null)
      .executeTakeFirst(),
    db
      .selectFrom('backups')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('backup_target_id', '=', id)
      // One that failed may have left a part there.
      .where('state', 'not in', ['deleted', 'skipped'])
      .executeTakeFirst(),
    db
      .selectFrom('archive_chains')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('backup_target_id', '=', id)
      .where('cleared_at', 'is', null)
      .executeTakeFirst(),
  ])
  return {
    databases: databases?.count ?? count.databases,
    backups: backups?.count ?? count.backups,
    archives: archives?.count ?? count.archives,
  }
}

/** `2 databases and 5 backups`; null for nothing. */
export function describeUsage({ databases, backups, archives }: TargetUsage): string | null {
  const parts = [
    [databases, 'database'],
    [backups, 'backup'],
    [archives, 'archive'],
  ] as const
  const said = parts.filter(([n]) => n > 0).map(([n, noun]) => `${n} ${noun}${n === 1 ? '' : 's'}`)
  return said.length === 0 ? null : new Intl.ListFormat('en').format(said)
}
