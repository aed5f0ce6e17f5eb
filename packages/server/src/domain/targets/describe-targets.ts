import type { Db } from '../../platform/db/connect.ts'
import { isConnected } from '../connected.ts'

/** What anybody may know, logged in or not: how many hosts are connected, and which engines they have. */
export async function describeTargets(db: Db): Promise<{ hosts: number; engines: readonly string[] }> {
  const rows = await db.selectFrom('targets').select(['connected_at', 'last_seen_at', 'agent']).execute()
  const connected = rows.filter(isConnected)
  const engines = connected.flatMap((row) => row.agent?.engines ?? []).filter((each) => each.installed)
  return {
    hosts: connected.length,
    engines: [...new Set(engines.map((each) => `${each.engine} ${each.version}`))].sort(),
  }
}
