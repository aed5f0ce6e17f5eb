import { AgentFault, toFault } from '../fault.ts'
import type { OpenPort } from '../gateway/route.ts'
import type { Body } from './body.ts'
import { ownRoutes } from './routes.ts'

/** A port that another program has is tried again after so long, in ms. */
const RETRY_MS = 3000

/** The port that leads to one instance only, for as long as that is wanted. */
export interface OwnPort {
  /** On disk, so that it may be told; undefined before, and when none is wanted. */
  readonly port: number | undefined
  /** Why it does not listen. */
  readonly fault: AgentFault | null
  /** Opens a port for the instance, when it is to have one and has none. Throws `AgentFault`. */
  ensure(): Promise<Ensured>
  /** Listens, or stops to, as is wanted now. */
  look(): void
  /** The instance is removed: others may have the port. */
  release(): void
}

export interface Ensured {
  /** The port is on disk, and told from then on. */
  readonly written: Promise<void>
}

export interface OwnPortOptions {
  readonly body: Body
  acquire: Parameters<typeof ownRoutes>[1]
}

export function createOwnPort({ body, acquire }: OwnPortOptions): OwnPort {
  const { host, log } = body
  const routes = ownRoutes(body, acquire)
  let known = body.state.port ?? undefined
  let open: OpenPort | null = null
  let ensuring: Promise<Ensured> | null = null
  let opening = false
  let cancelRetry: (() => void) | null = null
  let fault: AgentFault | null = null
  if (known !== undefined) host.ports.keep(known)

  function isWanted(): boolean {
    const { ownPort, presence } = body.state.desired
    return ownPort === true && presence === 'present' && !body.unknown && !body.closing && !body.gone
  }

  async function give(): Promise<Ensured> {
    const opened = await host.ports.openNew(body.state.desired.engine, routes)
    const written = write(opened).finally(() => {
      ensuring = null
    })
    // Whoever waits for it is told.
    written.catch(() => {})
    return { written }
  }

  async function write(opened: OpenPort): Promise<void> {
    try {
      await body.patch({ port: opened.port })
    } catch (error) {
      // Saving may have failed half-way: the next that is saved must not name it.
      body.state = { ...body.state, port: null }
      opened.close()
      host.ports.forget(opened.port)
      throw error
    }
    known = opened.port
    open = opened
    look()
  }

  /** Listens again on the port it has. */
  async function reopen(port: number): Promise<void> {
    opening = true
    try {
      open = await host.ports.open(body.state.desired.engine, port, routes)
      fault = null
    } catch (error) {
      if (fault === null) log.warn({ err: error, port }, 'the port of a database cannot be listened on')
      const { code, message } = toFault(error)
      fault = error instanceof AgentFault ? error : new AgentFault('port-taken', `${code}: ${message}`)
      cancelRetry = host.clock.after(RETRY_MS, () => {
        cancelRetry = null
        look()
      })
    } finally {
      opening = false
    }
    look()
    body.publish()
  }

  function look(): void {
    if (!isWanted()) {
      open?.close()
      open = null
      cancelRetry?.()
      cancelRetry = null
      fault = null
      return
    }
    if (open || opening || cancelRetry || known === undefined) return
    void reopen(known)
  }

  return {
    get port() {
      return body.state.desired.ownPort ? known : undefined
    },
    get fault() {
      return fault
    },
    async ensure() {
      if (known !== undefined || !isWanted()) return { written: Promise.resolve() }
      ensuring ??= give().catch((error: unknown) => {
        ensuring = null
        throw error
      })
      return await ensuring
    },
    look,
    release() {
      open?.close()
      open = null
      cancelRetry?.()
      cancelRetry = null
      if (known !== undefined) host.ports.forget(known)
      known = undefined
    },
  }
}
