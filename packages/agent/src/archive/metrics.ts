import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchiveShare } from './archive-share.ts'

interface Lag {
  readonly bytes: number
  readonly ms: number
}

/** Registers the figures of a host's archives. No label names a tenant, so their number is bounded. */
export function registerArchiveMetrics(
  registry: Registry,
  figures: ArchiveShare['figures'],
  lags: () => readonly Lag[],
): void {
  const registers = [registry]
  const gauge = (name: string, help: string, of: (lag: Lag) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['over_databases'],
      registers,
      collect() {
        const values = lags().map(of)
        const sum = values.reduce((total, value) => total + value, 0)
        this.set({ over_databases: 'max' }, Math.max(0, ...values))
        this.set({ over_databases: 'sum' }, sum)
      },
    })
  const counter = (name: string, help: string, total: () => number) => {
    let counted = 0
    return new Counter({
      name,
      help,
      registers,
      collect() {
        const now = total()
        this.inc(now - counted)
        counted = now
      },
    })
  }
  gauge('croft_archive_lag_bytes', 'Changes on servers’ disks that are not archived.', (lag) => lag.bytes)
  gauge('croft_archive_lag_seconds', 'How long the oldest such change waits.', (lag) => lag.ms / 1000)
  counter('croft_archived_bytes_total', 'Bytes of servers’ logs archived.', () => figures.archivedBytes)
  counter('croft_archive_failures_total', 'Attempts to archive that failed.', () => figures.failures)
}
