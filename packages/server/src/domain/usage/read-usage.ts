import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'

export interface Period {
  readonly from: Date
  readonly to: Date
}

export interface UsageTotals {
  /** Statements that ran within the period. */
  readonly operations: number
  /** Size at the end of the period: of the last sample until then; 0 before the first. */
  readonly sizeBytes: number
}

/** Throws `database-not-found`. */
export async function readUsage(
  db: Db,
  call: Call,
  databaseId: string,
  period: Period,
): Promise<UsageTotals> {
  await getDatabase(db, call, databaseId)
  const [sum, last] = await Promise.all([
    db
      .selectFrom('usage_samples')
      .where('database_id', '=', databaseId)
      .where('at', '>=', period.from)
      .where('at', '<', period.to)
      .select((eb) => eb.fn.sum<string | null>('operations').as('operations'))
      .executeTakeFirst(),
    db
      .selectFrom('usage_samples')
      .select('size_bytes')
      .where('database_id', '=', databaseId)
      .where('at', '<', period.to)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ])
  return { operations: Number(sum?.operations ?? 0), sizeBytes: last?.size_bytes ?? 0 }
}
