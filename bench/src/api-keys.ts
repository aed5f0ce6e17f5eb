import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { type Benchmark, toRow } from './benchmark.ts'
import { createClient } from './client.ts'
import { metadataUrl } from './hosts.ts'
import { median } from './statistics.ts'
import { withCroft } from './with-croft.ts'

const KEYS = 100_000
const BINDINGS = 10_000

type Sender = () => Promise<number>

/** Sends one request and answers how long it took, in ms. */
function sender(url: string, headers: Readonly<Record<string, string>>): Sender {
  return async () => {
    const began = performance.now()
    const response = await fetch(url, { headers })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    return performance.now() - began
  }
}

/** In turn, request by request: what the machine does meanwhile hits all alike. */
async function inTurn(senders: readonly Sender[], times: number): Promise<number[][]> {
  const took: number[][] = senders.map(() => [])
  for (let time = 0; time < times; time++) {
    for (const [index, send] of senders.entries()) took[index]?.push(await send())
  }
  return took
}

/** Keys and bindings of others, written where the platform keeps them. */
async function addMany(url: string, workspaceId: string, keys: number, bindings: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set search_path = croft')
    for (let from = 0; from < keys; from += 5000) {
      const hashes = Array.from({ length: Math.min(5000, keys - from) }, () =>
        createHash('sha256').update(randomUUID()).digest(),
      )
      await client.query(
        `insert into access_tokens (id, kind, token_hash, hint, name, workspace_id, rules)
         select gen_random_uuid(), 'api-key', hash, 'last', 'of the benchmark', $2,
           '[{"action":["read"],"subject":"databases"}]'::jsonb
         from unnest($1::bytea[]) as hash`,
        [hashes, workspaceId],
      )
    }
    await client.query(
      `with made as (
         insert into users (id, email, password_hash)
         select gen_random_uuid(), 'user' || n || '@benchmark.example.com', null from generate_series(1, $1) n
         returning id)
       insert into role_bindings (id, user_id, role, scope_type, scope_id)
       select gen_random_uuid(), id, 'workspace-reader', 'workspace', $2 from made`,
      [bindings, workspaceId],
    )
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

const KINDS = ['token', 'token and key', 'key alone', 'a user’s token']

/** The medians of each kind of caller over the rounds. */
const described = (rounds: readonly number[][]): string =>
  KINDS.map((kind, index) => `${kind} ${median(rounds.map((one) => one[index] ?? 0)).toFixed(2)} ms`).join(
    ', ',
  )

/** What an API key costs a request, and what very many keys and role bindings do. */
export const apiKeys: Benchmark = {
  name: 'api-keys',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { request, createDatabase } = createClient(croft)
      const { url, serviceToken, adminToken, workspaceId } = croft.bootstrap
      const database = await createDatabase({ name: 'keys' })
      const { apiKey } = await request<{ apiKey: string }>(
        'POST',
        `/v2/workspaces/${workspaceId}/security/apikeys`,
        { name: 'benchmark', rules: [{ action: 'read', subject: ['databases', 'projects'] }] },
      )
      const path = `${url}/api/croft/v1/databases/${database.id}`
      const authorization = `Bearer ${serviceToken}`
      const plain = sender(path, { authorization })
      const withKey = sender(path, { authorization, 'x-prismeai-api-key': apiKey })
      const byKey = sender(path, { 'x-prismeai-api-key': apiKey })
      const asUser = sender(path, { authorization: `Bearer ${adminToken}` })
      const times = quick ? 100 : 1000
      await inTurn([plain, withKey, byKey, asUser], times)

      const added: number[] = []
      const before: number[][] = []
      for (let round = 1; round <= rounds; round++) {
        const took = await inTurn([plain, withKey, byKey, asUser], times)
        const medians = took.map(median)
        before.push(medians)
        added.push((medians[1] ?? 0) - (medians[0] ?? 0))
        progress(`round ${round}: a key adds ${added.at(-1)?.toFixed(3)} ms`)
      }
      progress(`adding ${KEYS} keys and ${BINDINGS} role bindings`)
      await addMany(metadataUrl(croft), workspaceId, quick ? 1000 : KEYS, quick ? 100 : BINDINGS)
      const slower: number[] = []
      const after: number[][] = []
      for (let round = 1; round <= rounds; round++) {
        const medians = (await inTurn([plain, withKey, byKey, asUser], times)).map(median)
        const first = before.map((one) => one[0] ?? 0)
        const ratios = medians.map((took, index) => took / median(before.map((one) => one[index] ?? 0)))
        slower.push(Math.max(...ratios) * 100 - 100)
        after.push(medians)
        progress(
          `round ${round}: ${slower.at(-1)?.toFixed(1)} % slower (plain took ${median(first).toFixed(2)} ms)`,
        )
      }
      return [
        toRow({
          what: 'an API key beside a token: added to the median of a request',
          goal: '< 0.2 ms',
          unit: 'ms',
          values: added,
          better: 'less',
          limit: { median: 0.2 },
          note: described(before),
        }),
        toRow({
          what: '100,000 keys and 10,000 role bindings: slower by',
          goal: '< 10 %',
          unit: '%',
          values: slower,
          better: 'less',
          limit: { median: 10 },
          note: `the worst of the four kinds of callers, each against itself before; afterwards ${described(after)}`,
        }),
      ]
    }),
}
