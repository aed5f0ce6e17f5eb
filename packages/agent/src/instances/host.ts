import type { Readable } from 'node:stream'
import type { AgentEvent, BackupTarget, ObservedInstance, Origin, UsageSample } from '@croft/protocol'
import type { Logger } from 'pino'
import type { ArchiveShare } from '../archive/archive-share.ts'
import type { Increment } from '../backups/read-backup.ts'
import type { BackupStore } from '../backups/targets/target.ts'
import type { Engine } from '../engines/engine.ts'
import type { OwnPorts } from '../gateway/own-ports.ts'
import type { Traffic } from '../gateway/route.ts'
import type { Cgroups } from '../host/cgroups.ts'
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
  /** What to change in it afterwards, in order, with `Engine.restoreIncrement`. */
  readonly increments?: readonly Increment[]
  /** A backup's; `consistentAt` is the earliest moment that a recovery from it can stop at. */
  readonly manifest?: { readonly consistentAt?: string }
}

/** What instances need of the host they are on. */
export interface Host {
  readonly clock: Clock
  readonly log: Logger
  readonly slots: Slots
  readonly pool: WarmPool
  readonly sessions: Sessions
  readonly ports: OwnPorts
  /** Null where this host cannot have them: then only the engines' own settings limit servers. */
  readonly cgroups: Cgroups | null
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
  /** Where backups and archives lie. Throws `AgentFault` for a target that this host cannot have. */
  openStore(target: BackupTarget): BackupStore
  /** Has all that an instance has written archived, if this agent serves it; bounded. Throws `AgentFault`. */
  flushArchive(instanceId: string, signal: AbortSignal): Promise<void>
  /**
   * Whether an instance's changes go to a chain now, or until when every commit is in one that has ended, in ms; null
   * for a chain that this agent does not know of, or that ended before its start.
   */
  chainEnd(instanceId: string, chain: string): 'open' | number | null
  readonly archives: ArchiveShare
  readonly tell: {
    observed(observed: ObservedInstance): void
    event(kind: AgentEvent['kind'], instanceId: string, detail: Record<string, unknown>): void
    usage(sample: UsageSample): void
  }
}
