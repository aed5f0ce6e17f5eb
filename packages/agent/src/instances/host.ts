import type { Readable } from 'node:stream'
import type { AgentEvent, ObservedInstance, Origin, UsageSample } from '@croft/protocol'
import type { Logger } from 'pino'
import type { Engine } from '../engines/engine.ts'
import type { Traffic } from '../gateway/route.ts'
import type { WarmPool } from '../warm-pool/warm-pool.ts'
import type { Clock } from './clock.ts'
import type { Limiter } from './limiter.ts'
import type { Slots } from './slots.ts'

/** Client sessions of an instance over every gateway of this host. */
export interface Sessions {
  traffic(instanceId: string): Traffic
  close(instanceId: string, reason: string): Promise<void>
}

/** A source of data for `Engine.restore`. */
export interface DataStream {
  readonly data: Readable
  readonly sizeBytes: number
}

/** What instances need of the host they are on. */
export interface Host {
  readonly clock: Clock
  readonly log: Logger
  readonly slots: Slots
  readonly pool: WarmPool
  readonly sessions: Sessions
  /** Server starts at one time; more would only slow each other down. */
  readonly starts: Limiter
  /** Throws `AgentFault` for an engine this agent does not have. */
  engine(name: string): Engine
  openBackup(
    origin: Extract<Origin, { type: 'backup' }>,
    engine: string,
    version: string,
    signal: AbortSignal,
  ): Promise<DataStream>
  readonly tell: {
    observed(observed: ObservedInstance): void
    event(kind: AgentEvent['kind'], instanceId: string, detail: Record<string, unknown>): void
    usage(sample: UsageSample): void
  }
}
