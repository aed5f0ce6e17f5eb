import type { Gateway, Traffic } from '../gateway/route.ts'
import type { Sessions } from '../instances/host.ts'

/** Every gateway of this host as one. Gateways are added after the instances they route to exist. */
export interface Gateways extends Sessions {
  add(gateway: Gateway): void
  all(): readonly Gateway[]
  find(engine: string): Gateway | undefined
  drain(graceMs: number): Promise<void>
}

export function createGateways(): Gateways {
  const gateways: Gateway[] = []
  return {
    add: (gateway) => gateways.push(gateway),
    all: () => gateways,
    find: (engine) => gateways.find((gateway) => gateway.engine === engine),
    async drain(graceMs) {
      await Promise.all(gateways.map((gateway) => gateway.drain(graceMs)))
    },
    traffic(instanceId): Traffic {
      let sessions = 0
      let lastActivity = 0
      for (const gateway of gateways) {
        const traffic = gateway.traffic(instanceId)
        sessions += traffic.sessions
        lastActivity = Math.max(lastActivity, traffic.lastActivity)
      }
      return { sessions, lastActivity }
    },
    async close(instanceId, reason) {
      await Promise.all(gateways.map((gateway) => gateway.closeSessions(instanceId, reason)))
    },
  }
}
