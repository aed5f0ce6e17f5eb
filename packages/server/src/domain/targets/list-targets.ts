import type { EngineOnHost } from '@croft/protocol'
import type { Db } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { isConnected } from '../connected.ts'

export interface Target {
  readonly id: string
  readonly name: string
  readonly regions: readonly string[]
  readonly connected: boolean
  readonly hostname: string | null
  readonly engines: readonly EngineOnHost[]
}

/** Every host, by name. For anybody who is logged in: no addresses, nothing of tenants. */
export async function listTargets(db: Db, call: Call): Promise<readonly Target[]> {
  authorize(call.principal, 'read', 'regions', {})
  const rows = await db.selectFrom('targets').selectAll().orderBy('name').execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    regions: row.regions,
    connected: isConnected(row),
    hostname: row.agent?.hostname ?? null,
    engines: row.agent?.engines ?? [],
  }))
}
