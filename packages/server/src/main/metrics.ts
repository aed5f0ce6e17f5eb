import type { AgentEvent } from '@croft/protocol'
import { sql } from 'kysely'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Db } from '../platform/db/index.ts'

/** A metadata database that is away must not hide the process's other figures: these are then left out. */
function whenReachable(gauge: Gauge<string>, collect: () => Promise<void>): Promise<void> {
  gauge.reset()
  return collect().catch(() => gauge.reset())
}

/**
 * Figures of the platform, read from the metadata database when they are asked for, and what agents report to this
 * process. Every server process tells the same gauges; sum only the counters over processes.
 */
export function createPlatformMetrics(registry: Registry, db: Db) {
  const registers = [registry]
  const agentEvents = new Counter({
    name: 'croft_agent_events_total',
    help: 'What agents reported without being asked: crashes, restarts, wakes and sleeps of instances.',
    labelNames: ['kind'],
    registers,
  })
  new Gauge({
    name: 'croft_databases',
    help: 'Databases by state, those that are gone left out.',
    labelNames: ['state'],
    registers,
    collect() {
      return whenReachable(this, async () => {
        const rows = await db
          .selectFrom('databases')
          .where('state', '!=', 'deleted')
          .groupBy('state')
          .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
          .execute()
        for (const { state, count } of rows) this.set({ state }, count)
      })
    },
  })
  new Gauge({
    name: 'croft_instances',
    help: 'Instances by power, as their agents last said.',
    labelNames: ['power'],
    registers,
    collect() {
      return whenReachable(this, async () => {
        const { rows } = await sql<{ power: string; count: number }>`
          select coalesce(observed->>'power', 'unknown') as power, count(*)::int as count
          from instances where presence = 'present' group by 1`.execute(db)
        for (const { power, count } of rows) this.set({ power }, count)
      })
    },
  })
  new Gauge({
    name: 'croft_agents_connected',
    help: 'Hosts whose agent was heard of in the last 30 seconds.',
    registers,
    collect() {
      return whenReachable(this, async () => {
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from targets
          where connected_at is not null and last_seen_at > now() - interval '30 seconds'`.execute(db)
        this.set(rows[0]?.count ?? 0)
      })
    },
  })
  return { onAgentEvent: (kind: AgentEvent['kind']) => agentEvents.inc({ kind }) }
}
