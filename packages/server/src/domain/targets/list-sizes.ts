import type { Db } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'

export interface Size {
  readonly id: string
  readonly memoryMb: number
  readonly connectionLimit: number
  /** What it gives each engine, in the engine's own settings. */
  readonly engines: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Every size, smallest first. */
export async function listSizes(db: Db, call: Call): Promise<readonly Size[]> {
  authorize(call.principal, 'read', 'regions', {})
  const rows = await db.selectFrom('sizes').selectAll().orderBy('position').execute()
  return rows.map((row) => ({
    id: row.id,
    memoryMb: row.memory_mb,
    connectionLimit: row.connection_limit,
    engines: row.settings,
  }))
}
