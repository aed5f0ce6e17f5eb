import type { Fault, ObservedArchive, ObservedInstance } from '@croft/protocol'
import type { Logger } from 'pino'
import { toFault } from '../fault.ts'
import type { Lease } from '../gateway/route.ts'
import { createMeter, type Meter } from '../usage/meter.ts'
import { abortable } from './abortable.ts'
import { refusalOf } from './choose-resources.ts'
import type { Host } from './host.ts'
import { createInstanceArchive, type InstanceArchive } from './keep-archive.ts'
import { observe } from './observe.ts'
import { createOwnPort, type OwnPort } from './own-port.ts'
import type { Power } from './power.ts'
import type { InstanceState } from './state.ts'
import type { StateFile } from './state-file.ts'
import { createStorageQuota, type StorageQuota } from './storage-quota.ts'

/** The making of an epoch under way. */
export interface Making {
  readonly epoch: number
  readonly controller: AbortController
  progress: { doneBytes: number; totalBytes: number } | null
}

/** All that the steps of one instance share. Only they and `instance.ts` change it. */
export interface Body {
  readonly id: string
  readonly host: Host
  readonly log: Logger
  readonly meter: Meter
  state: InstanceState
  file: StateFile
  readonly archive: InstanceArchive
  readonly ownPort: OwnPort
  readonly quota: StorageQuota
  /** The server of the epoch that serves. */
  current: Power | null
  making: Making | null
  /** When a failed first epoch may be made again, in the clock's ms. */
  retryMake: number
  /** The served epoch is being replaced: nobody gets hold of a server for a moment. */
  switching: boolean
  gone: boolean
  /** How far the changes of data that is gone were archived. */
  lastArchive: ObservedArchive | undefined
  unknown: boolean
  closing: boolean
  /** Changes the state and saves it; resolves when it is on disk. */
  patch(change: Partial<InstanceState>): Promise<void>
  seen(): ObservedInstance
  /** Tells the control plane what is seen, when that has changed. */
  publish(): void
  /** Wakes those in `nextTurn`: there may be a server for them now, or no hope of one. */
  turn(): void
  nextTurn(signal: AbortSignal): Promise<void>
}

export interface BodyOptions {
  readonly host: Host
  readonly state: InstanceState
  readonly file: StateFile
  /** Why the last step failed, when it did. */
  stepFault(): Fault | null
  /** As `Instance.acquire`. */
  acquire(signal: AbortSignal): Promise<Lease>
}

export function createBody({ host, state, file, stepFault, acquire }: BodyOptions): Body {
  const { id } = state.desired
  let told = ''
  let waiting: (() => void)[] = []
  const faultNow = () => {
    if (body.current?.fault) return toFault(body.current.fault)
    return stepFault() ?? refusalOf(body) ?? (ownPort.fault ? toFault(ownPort.fault) : null)
  }
  const body: Body = {
    id,
    host,
    log: host.log.child({ instance: id }),
    meter: createMeter(id, host.tell.usage),
    state,
    file,
    get archive() {
      return archive
    },
    get ownPort() {
      return ownPort
    },
    get quota() {
      return quota
    },
    current: null,
    making: null,
    retryMake: 0,
    switching: false,
    gone: false,
    lastArchive: undefined,
    unknown: false,
    closing: false,
    patch(change) {
      body.state = { ...body.state, ...change }
      return body.file.save(body.state)
    },
    seen() {
      const { current, making, gone } = body
      return observe(id, body.state, {
        gone,
        power: current?.state ?? (making ? 'starting' : 'asleep'),
        fault: faultNow(),
        progress: making?.progress ?? null,
        archive: gone ? body.lastArchive : archive.observe(),
        port: ownPort.port,
        storageFull: quota.level !== 'free',
      })
    },
    publish() {
      const seen = body.seen()
      const text = JSON.stringify(seen)
      if (text === told) return
      told = text
      host.tell.observed(seen)
    },
    turn() {
      const looking = waiting
      waiting = []
      for (const look of looking) look()
    },
    nextTurn: (signal) => abortable(new Promise<void>((resolve) => waiting.push(resolve)), signal),
  }
  const archive = createInstanceArchive(body)
  const ownPort = createOwnPort({ body, acquire })
  const quota = createStorageQuota(body)
  return body
}
