import type { Croft } from '../../../conformance/harness/croft.ts'
import { type Options, type Row, toRow } from '../benchmark.ts'
import { createClient } from '../client.ts'
import { median } from '../statistics.ts'
import { prepareTransfers, transferLoad } from './transfer-load.ts'

const ACCOUNTS = 100_000

/** The same write load on a database that is archived and on one that is not, in turn. */
export async function measureArchiveOverhead(croft: Croft, options: Options): Promise<Row> {
  const { rounds, quick, progress } = options
  const { createDatabase, deleteDatabase, request } = createClient(croft)
  const archived = await createDatabase({ name: 'archived', idleTimeoutSeconds: 0 })
  const bare = await createDatabase({ name: 'bare', idleTimeoutSeconds: 0 })
  const path = `/api/croft/v1/databases/${bare.id}/backup-policy`
  const policy = await request<Record<string, unknown>>('GET', path)
  await request('PUT', path, { ...policy, archive: false })
  for (const { connectionString } of [archived, bare]) await prepareTransfers(connectionString, ACCOUNTS)
  const measure = ({ connectionString }: { connectionString: string }) =>
    transferLoad({ connectionString, clients: 4, seconds: quick ? 2 : 10, accounts: ACCOUNTS })
  const rates = { archived: [] as number[], bare: [] as number[] }
  for (let round = 1; round <= rounds; round++) {
    // Who comes second finds a warmer machine: they take turns.
    for (const which of round % 2 === 0 ? (['archived', 'bare'] as const) : (['bare', 'archived'] as const))
      rates[which].push(await measure(which === 'archived' ? archived : bare))
    progress(
      `round ${round}: ${rates.archived.at(-1)?.toFixed(0)} transactions a second archived, ${rates.bare.at(-1)?.toFixed(0)} not`,
    )
  }
  await deleteDatabase(archived.id)
  await deleteDatabase(bare.id)
  const values = rates.archived.map((rate, round) => 100 * (1 - rate / (rates.bare[round] ?? Number.NaN)))
  return toRow({
    what: 'write load: slower by its archive',
    goal: '< 5 %',
    unit: '%',
    values,
    better: 'less',
    limit: { median: 5 },
    note: `${median(rates.archived).toFixed(0)} transactions a second archived, ${median(rates.bare).toFixed(0)} not`,
  })
}
