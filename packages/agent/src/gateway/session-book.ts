import type { Traffic } from './route.ts'
import type { Session } from './session.ts'

interface InstanceTraffic {
  readonly sessions: Set<Session>
  lastActivity: number
}

/** The sessions of one gateway by instance. Nothing is kept of an instance without any: its last lease tells the rest. */
export interface SessionBook {
  of(instanceId: string): Traffic
  all(): Session[]
  sessions(instanceId: string): Session[]
  /** Keeps a session until it is over; `start` gets what it calls whenever a byte has gone either way. */
  add(instanceId: string, start: (onActivity: () => void) => Session): Session
}

export function createSessionBook(): SessionBook {
  const instances = new Map<string, InstanceTraffic>()

  const entryOf = (instanceId: string): InstanceTraffic => {
    const known = instances.get(instanceId)
    if (known) return known
    const entry: InstanceTraffic = { sessions: new Set(), lastActivity: 0 }
    instances.set(instanceId, entry)
    return entry
  }

  return {
    of(instanceId) {
      const entry = instances.get(instanceId)
      return { sessions: entry?.sessions.size ?? 0, lastActivity: entry?.lastActivity ?? 0 }
    },
    all: () => [...instances.values()].flatMap((entry) => [...entry.sessions]),
    sessions: (instanceId) => [...(instances.get(instanceId)?.sessions ?? [])],
    add(instanceId, start) {
      const entry = entryOf(instanceId)
      const onActivity = () => {
        entry.lastActivity = performance.now()
      }
      onActivity()
      const session = start(onActivity)
      entry.sessions.add(session)
      const remove = () => {
        entry.sessions.delete(session)
        if (entry.sessions.size === 0) instances.delete(instanceId)
      }
      session.over.then(remove, remove)
      return session
    },
  }
}
