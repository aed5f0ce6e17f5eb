import { createRequire } from 'node:module'
import { runJson } from './run-process.ts'

export interface RequestLoad {
  readonly url: string
  readonly token: string
  readonly connections: number
  readonly seconds: number
}

export interface RequestResult {
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly count: number
}

interface Report {
  readonly '2xx': number
  readonly non2xx: number
  readonly errors: number
  readonly timeouts: number
  readonly duration: number
  readonly latency: { readonly p50: number; readonly p99: number }
}

const AUTOCANNON = createRequire(import.meta.url).resolve('autocannon/autocannon.js')

/** Asks one URL again and again, by autocannon in a process of its own. Rejects when any request fails. */
export async function requestLoad({ url, token, connections, seconds }: RequestLoad): Promise<RequestResult> {
  const report = await runJson<Report>(AUTOCANNON, [
    ...['--json', '--no-progress', '--connections', String(connections), '--duration', String(seconds)],
    ...['--headers', `authorization=Bearer ${token}`, url],
  ])
  const failed = report.non2xx + report.errors + report.timeouts
  if (failed > 0) throw new Error(`${failed} requests of ${url} failed`)
  return {
    perSecond: report['2xx'] / report.duration,
    medianMs: report.latency.p50,
    p99Ms: report.latency.p99,
    count: report['2xx'],
  }
}
