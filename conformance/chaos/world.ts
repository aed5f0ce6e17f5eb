import { randomUUID } from 'node:crypto'
import { WARM_SETTINGS } from '../faults/tidy.ts'
import { type Croft, startCroft } from '../harness/croft.ts'
import { freePort } from '../harness/free-port.ts'
import { type S3Server, startS3Server } from '../harness/s3-server.ts'
import type { Moment } from './ledger.ts'
import { createRecoveries, type Recoveries } from './recoveries.ts'
import type { Writer } from './writer.ts'

/** A database under load. */
export interface Subject {
  readonly id: string
  readonly name: string
  readonly credentialId: string
  readonly storage: 'directory' | 's3'
  readonly writer: Writer
  /** What its backups and restore points must hold. */
  readonly kept: { readonly kind: 'backup' | 'restore-point'; readonly id: string; readonly at: Moment }[]
}

/** All that a run knows and has started. */
export interface World {
  readonly random: () => number
  readonly dataDirectory: string
  readonly s3: S3Server
  /** The backup target on it. */
  s3TargetId: string
  readonly recoveries: Recoveries
  readonly subjects: Subject[]
  /** Databases at one time. */
  readonly limit: number
  croft: Croft
  /** Which targets are out of reach now. */
  readonly cut: Set<'directory' | 's3'>
  /** Starts Croft again as it was, on the same ports. */
  restart(): Promise<void>
}

/** One thing that a run does. Answers what it did, or null when there was nothing to do it with. */
export type Step = (world: World) => Promise<string | null>

export async function createWorld(
  options: { readonly limit: number; readonly random: () => number },
  dataDirectory: string,
): Promise<World> {
  const settings = {
    ...WARM_SETTINGS,
    CROFT_PORT: String(await freePort()),
    CROFT_POSTGRES_PORT: String(await freePort()),
    // Databases fall asleep and wake during a run.
    CROFT_IDLE_TIMEOUT_SECONDS: '20',
    CROFT_RATE_LIMIT: '0',
    // The S3 server of the run listens on this machine.
    CROFT_PRIVATE_BACKUP_TARGETS: 'on',
  }
  const s3 = await startS3Server()
  const croft = await startCroft(dataDirectory, settings)
  const world: World = {
    random: options.random,
    dataDirectory,
    s3,
    s3TargetId: '',
    recoveries: createRecoveries(),
    subjects: [],
    limit: options.limit,
    croft,
    cut: new Set(),
    async restart() {
      world.croft = await startCroft(dataDirectory, settings)
    },
  }
  return world
}

export async function closeWorld(world: World): Promise<void> {
  await Promise.all(world.subjects.map(({ writer }) => writer.stop()))
  await world.croft.stop()
  await world.s3.stop()
}

export function pick<Item>(world: World, items: readonly Item[]): Item | undefined {
  return items[Math.floor(world.random() * items.length)]
}

/** Names say nothing of the order, which the seed decides; they only must not repeat. */
export const newName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`
