import type { Fault } from '@croft/protocol'
import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { boundsOf, type Chain, readChains, retainedSince, type Span, spansOf } from '../archives/index.ts'
import { getDatabase } from '../databases/index.ts'

/** To which moments a database can be restored, and how its archive is. */
export interface RecoveryWindow {
  readonly bounds: { readonly earliest: Date; readonly latest: Date } | null
  /** Oldest first. */
  readonly spans: readonly Span[]
  /** Null while nothing is archived. */
  readonly archive: {
    readonly state: string
    readonly lagBytes: number
    readonly archivedAt: Date
    /** When its chain began. */
    readonly since: Date
    readonly fault: Fault | null
  } | null
  readonly retentionDays: number
}

/** Throws `database-not-found`. */
export async function getWindow(db: Db, call: Call, databaseId: string): Promise<RecoveryWindow> {
  const { id, backupRetentionDays: retentionDays } = await getDatabase(db, call, databaseId)
  const now = new Date()
  const chains = await readChains(db, [id])
  const spans = spansOf(chains, { now, since: retainedSince(now, retentionDays) })
  const current = chains.findLast(({ endedAt }) => endedAt === null)
  return { bounds: boundsOf(spans), spans, archive: current ? archiveOf(current) : null, retentionDays }
}

const archiveOf = ({ state, lagBytes, archivedAt, startedAt, fault }: Chain) => ({
  state,
  lagBytes,
  archivedAt,
  since: startedAt,
  fault,
})
