import type { Executor } from '../../../platform/db/connect.ts'
import { type Chain, readChains, retainedSince, spanAt, spansOf } from '../../archives/index.ts'
import type { RestorePoint } from './restore-point.ts'

export interface ShownPoint extends RestorePoint {
  /** Whether its database can be restored to it at this moment. */
  readonly restorable: boolean
}

export async function showPoints(db: Executor, points: readonly RestorePoint[]): Promise<ShownPoint[]> {
  const now = new Date()
  const chains = await readChains(db, [...new Set(points.map(({ databaseId }) => databaseId))])
  return points.map((point) => ({ ...point, restorable: isRestorable(point, chains, now) }))
}

function isRestorable(
  { state, at, chain, retentionDays }: RestorePoint,
  chains: readonly Chain[],
  now: Date,
) {
  if (state !== 'completed' || at === null) return false
  const since = retainedSince(now, retentionDays)
  const spans = spansOf(
    chains.filter((each) => each.chain === chain),
    { now, since },
  )
  // A host whose clock is ahead may have set it a moment from now.
  return spanAt(spans, at < now ? at : now) !== undefined
}
