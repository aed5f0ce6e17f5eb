import type { Executor } from '../../platform/db/connect.ts'
import { boundsOf, readChains, retainedSince, spansOf } from '../archives/index.ts'
import type { Database } from '../databases/index.ts'
import { readFacts } from './read-facts.ts'
import { type Warning, warningsOf } from './warnings.ts'

/** What a database's view says of how well it is backed up. */
export interface Safety {
  readonly recovery: { readonly earliest: Date; readonly latest: Date } | null
  readonly warnings: readonly Warning[]
}

/** For databases that the caller was shown, in two queries however many they are. */
export async function describeDatabases(
  db: Executor,
  reserveMb: number,
  databases: readonly Database[],
): Promise<ReadonlyMap<string, Safety>> {
  if (databases.length === 0) return new Map()
  const now = new Date()
  const ids = databases.map(({ id }) => id)
  const chains = await readChains(db, ids)
  const facts = await readFacts(db, ids, chains)
  const byDatabase = Map.groupBy(chains, ({ databaseId }) => databaseId)
  return new Map(
    databases.map(({ id, backupRetentionDays }) => {
      const since = retainedSince(now, backupRetentionDays)
      const recovery = boundsOf(spansOf(byDatabase.get(id) ?? [], { now, since }))
      const known = facts.get(id)
      return [id, { recovery, warnings: known ? warningsOf(known, { now, reserveMb }) : [] }]
    }),
  )
}
