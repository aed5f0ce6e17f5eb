import type { Db } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { isConnected } from '../connected.ts'
import { REGIONS, type RegionId } from './regions.ts'

export interface Region {
  readonly id: RegionId
  readonly name: string
  /** Whether a connected target serves it now. */
  readonly available: boolean
}

export async function listRegions(db: Db, call: Call): Promise<readonly Region[]> {
  authorize(call.principal, 'read', 'regions', {})
  const targets = await db.selectFrom('targets').select(['regions', 'connected_at', 'last_seen_at']).execute()
  const served = new Set(targets.filter(isConnected).flatMap((target) => target.regions))
  return REGIONS.map((region) => ({ ...region, available: served.has(region.id) }))
}
