import type { Gateway, RouteTable } from '../src/gateway/route.ts'

/** A gateway whose ports are only written down, over all agents of one test. */
export interface FakeGateway extends Gateway {
  /** Ports that it listens on, with what they lead to. */
  readonly listening: Map<number, RouteTable>
  /** Ports that another program has. */
  readonly taken: Set<number>
}

export function createFakeGateway(engine = 'fake'): FakeGateway {
  const listening = new Map<number, RouteTable>()
  const taken = new Set<number>()
  let free = 40_000
  return {
    engine,
    port: 0,
    listening,
    taken,
    async openPort(wanted, routes) {
      const port = wanted === 0 ? free++ : wanted
      if (taken.has(port) || listening.has(port)) {
        throw Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })
      }
      listening.set(port, routes)
      return { port, close: () => listening.delete(port) }
    },
    traffic: () => ({ sessions: 0, lastActivity: 0 }),
    async closeSessions() {},
    async drain() {},
  }
}
