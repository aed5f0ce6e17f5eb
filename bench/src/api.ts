import { withBarePeer } from './bare-peer.ts'
import { type Benchmark, type Row, toRow } from './benchmark.ts'
import { createClient } from './client.ts'
import { metadataUrl } from './hosts.ts'
import { inParallel } from './in-parallel.ts'
import { cpuSeconds } from './processes.ts'
import { type RequestResult, requestLoad } from './request-load.ts'
import { median } from './statistics.ts'
import { withCroft } from './with-croft.ts'

const DATABASES = 20
const CONNECTIONS = 8
/** Databases that run beside the load would use its CPU. */
const ASLEEP = { idleTimeoutSeconds: 1 }

/** With CPU seconds per 1000 requests. */
interface Run extends RequestResult {
  /** Of the process that answers. */
  readonly cpu: number
  readonly metadataCpu: number
}

/** Two reads of the Prisma dialect against a bare route that makes the same queries, in turn. */
export const api: Benchmark = {
  name: 'api',
  run: ({ rounds, quick, progress }) =>
    withCroft({}, async (croft) => {
      const { createDatabase, request, waitFor } = createClient(croft)
      const ids: string[] = []
      await inParallel(4, DATABASES, async (i) => {
        const database = await createDatabase({ name: `api-${i}`, ...ASLEEP })
        ids.push(database.id)
      })
      for (const id of ids) await waitFor(id, ({ power }) => power === 'asleep')
      const { data } = await request<{ data: { id: string }[] }>('GET', '/v1/databases')
      const [shown] = data
      const [id] = ids.toSorted()
      if (!shown || !id || data.length !== DATABASES) throw new Error('The databases are not all listed.')

      const { url, serviceToken } = croft.bootstrap
      const { server = 0 } = croft.children()
      const metadata = croft.children().metadata ?? 0
      return withBarePeer(metadataUrl(croft), async (peer) => {
        const seconds = quick ? 1 : 5
        const run = async (origin: string, path: string, pid: number, forSeconds = seconds): Promise<Run> => {
          const before = [cpuSeconds([pid]), cpuSeconds([metadata])] as const
          const result = await requestLoad({
            url: `${origin}${path}`,
            token: serviceToken,
            connections: CONNECTIONS,
            seconds: forSeconds,
          })
          const per1000 = (used: number) => (used / result.count) * 1000
          return {
            ...result,
            cpu: per1000(cpuSeconds([pid]) - before[0]),
            metadataCpu: per1000(cpuSeconds([metadata]) - before[1]),
          }
        }
        const compare = async (what: string, ours: string, bare: string): Promise<Row> => {
          // Both before, until their code is compiled: that takes some ten thousand requests.
          await run(url, ours, server, 2 * seconds)
          await run(peer.url, bare, peer.pid, 2 * seconds)
          const product: Run[] = []
          const peers: Run[] = []
          const shares: number[] = []
          for (let round = 1; round <= rounds; round++) {
            const one = await run(url, ours, server)
            const other = await run(peer.url, bare, peer.pid)
            product.push(one)
            peers.push(other)
            shares.push((one.perSecond / other.perSecond) * 100)
            progress(`${what}, round ${round}: ${shares.at(-1)?.toFixed(1)} %`)
          }
          return toRow({
            what: `${what}, of the bare route’s rate`,
            goal: '> 85 %',
            unit: '%',
            values: shares,
            better: 'more',
            limit: { median: 85 },
            note: `${describe(product)} against ${describe(peers)}`,
            why: 'our process spends about twice the CPU of the bare route on a request, spread thinly: rate limit, metrics, request id and trace, security headers, the second query of the token, ids and links; no single part has more than a few percent',
          })
        }
        return [
          await compare('GET /v1/databases/{id}', `/v1/databases/${shown.id}`, `/databases/${id}`),
          await compare(
            `list of ${DATABASES} rows`,
            `/v1/databases?limit=${DATABASES}`,
            `/databases?limit=${DATABASES}`,
          ),
        ]
      })
    }),
}

function describe(runs: readonly Run[]): string {
  const middle = (field: keyof Run) => median(runs.map((run) => run[field]))
  return `${middle('perSecond').toFixed(0)}/s (p50 ${middle('medianMs')} ms, p99 ${middle('p99Ms')} ms, CPU s per 1000: ${middle('cpu').toFixed(3)} and ${middle('metadataCpu').toFixed(3)} of PostgreSQL)`
}
