import { AgentFault } from '../fault.ts'
import type { Gateway, OpenPort, RouteTable } from './route.ts'

/** The ports of this host that lead to one database each. */
export interface OwnPorts {
  /** It belongs to an instance: nobody else is given it. */
  keep(port: number): void
  forget(port: number): void
  /** Throws `AgentFault` `port-taken` when another program has it. */
  open(engine: string, port: number, routes: RouteTable): Promise<OpenPort>
  /** Opens a free one and keeps it. Throws `AgentFault` `ports-used-up`. */
  openNew(engine: string, routes: RouteTable): Promise<OpenPort>
}

export interface OwnPortsOptions {
  /** `7500-9499`, or `0` for those that the system gives. */
  readonly range: string
  gateway(engine: string): Gateway | undefined
}

export function createOwnPorts({ range, gateway }: OwnPortsOptions): OwnPorts {
  const [first = 0, last = first] = range.split('-').map(Number)
  const kept = new Set<number>()
  /** A port that was given back comes again last: clients of a deleted database still know it. */
  let next = first

  const gatewayOf = (engine: string): Gateway => {
    const found = gateway(engine)
    if (found) return found
    throw new AgentFault('engine-not-installed', `This agent has no gateway for the engine "${engine}".`)
  }

  const keep = (port: number) => {
    kept.add(port)
    if (port >= next && port <= last) next = port === last ? first : port + 1
  }

  return {
    keep,
    forget: (port) => kept.delete(port),
    async open(engine, port, routes) {
      try {
        return await gatewayOf(engine).openPort(port, routes)
      } catch (error) {
        if (!isTaken(error)) throw error
        const message = `Port ${port}, which is this database's own, is taken by another program on its host; once that is stopped, the database is reached there again.`
        throw new AgentFault('port-taken', message, { cause: error })
      }
    },
    async openNew(engine, routes) {
      const to = gatewayOf(engine)
      if (first === 0) {
        const opened = await to.openPort(0, routes)
        keep(opened.port)
        return opened
      }
      const from = next - first
      for (let tries = 0; tries <= last - first; tries += 1) {
        const port = first + ((from + tries) % (last - first + 1))
        if (kept.has(port)) continue
        // Before it is known to be free: another may look meanwhile.
        kept.add(port)
        try {
          const opened = await to.openPort(port, routes)
          keep(port)
          return opened
        } catch (error) {
          kept.delete(port)
          if (!isTaken(error)) throw error
        }
      }
      const message = `Every port from ${first} to ${last} of the host is taken; delete databases that have one, or set CROFT_DATABASE_PORTS to more.`
      throw new AgentFault('ports-used-up', message)
    },
  }
}

function isTaken(error: unknown): boolean {
  const errno = error instanceof Error && 'code' in error ? error.code : undefined
  return errno === 'EADDRINUSE' || errno === 'EACCES'
}
