import type { Server } from '../engines/engine.ts'
import { AgentFault, toFault } from '../fault.ts'
import type { Body } from './body.ts'
import { startWithResources } from './choose-resources.ts'
import type { Clock } from './clock.ts'
import { limitServer } from './limit-server.ts'
import { createPower, type Power } from './power.ts'
import { tellDamage } from './tell-damage.ts'
import { within } from './within.ts'

/** Steps before a stop (closing sessions, last sample, mark) are left out when they take longer, in ms. */
const LAST_WORDS_MS = 3000
/** How often the server is asked whether its sessions have ended, in ms. */
const SESSION_LOOK_MS = 20

/** The server of one of the instance's data directories. It speaks for the instance once it is `current`. */
export function openPower(body: Body, slot: string, version: string, poke: () => void): Power {
  const { host, id, log } = body
  const power: Power = createPower({
    clock: host.clock,
    start: () => host.starts.run(() => startServer(body, slot, version)),
    stop: (server, reason) => stopInOrder(body, power, server, reason),
    maySleep: () => (power === body.current ? body.archive.settle() : Promise.resolve(true)),
    onStarted(after, tookMs) {
      if (power !== body.current) return
      const kind = after === 'crash' ? 'instance.restarted' : 'instance.woke'
      host.tell.event(kind, id, { tookMs: Math.round(tookMs) })
    },
    onCrashed(exit) {
      log.error({ exit }, 'the database server exited without being asked')
      if (power === body.current) host.tell.event('instance.crashed', id, { ...exit })
    },
    onChange() {
      if (power !== body.current) return
      body.archive.look()
      body.publish()
      poke()
    },
  })
  return power
}

async function startServer(body: Body, slot: string, version: string): Promise<Server> {
  const { host, log } = body
  const { desired } = body.state
  const engine = host.engine(desired.engine)
  const runtimeDirectory = await host.slots.openRuntime(slot)
  // A mark that outlived its server would make a later backup skip what this one writes.
  const { mark } = body.state
  // Nor must an archive pass for complete while there is a server.
  const waking = body.archive.waking()
  const unmarked =
    mark === null && !waking.archive ? Promise.resolve() : body.patch({ mark: null, ...waking })
  const starting = startWithResources(body, (resources) =>
    engine.start({ version, directory: host.slots.directory(slot), runtimeDirectory, resources, log }),
  )
  const [saved, started] = await Promise.allSettled([unmarked, starting])
  if (started.status === 'rejected') throw started.reason
  if (saved.status === 'rejected') {
    await started.value.stop('immediate')
    // It is still on disk: the next start has to take it back.
    body.state = { ...body.state, mark }
    const { code, message } = toFault(saved.reason)
    throw new AgentFault(code === 'disk-full' ? code : 'server-start-failed', message, {
      cause: saved.reason,
    })
  }
  await limitServer(body, started.value, slot)
  tellDamage(body, started.value)
  return started.value
}

async function stopInOrder(body: Body, power: Power, server: Server, reason: string): Promise<void> {
  const mark = await lastWords(body, server, reason)
  const archived = power === body.current ? body.archive.finish(server) : {}
  await server.stop('fast')
  await body
    .patch({ mark, ...(await archived) })
    .catch((err: unknown) => body.log.warn({ err }, 'the mark is not saved'))
}

/** Closes sessions, takes a last sample, and gives the data's mark when nothing can write any more. */
async function lastWords(body: Body, server: Server, reason: string): Promise<string | null> {
  const { host, id, meter } = body
  const timely = <T>(promise: Promise<T>) => within(host.clock, LAST_WORDS_MS, promise)
  const closed = timely(host.sessions.close(id, reason).then(() => true))
  await timely(meter.sample(server))
  return ((await closed) ? await timely(restingMark(host.clock, server)) : undefined) ?? null
}

/** Read when no session is left: nothing writes between this and the stop. Rejects when the server stops first. */
async function restingMark(clock: Clock, server: Server): Promise<string> {
  // A statement whose client has gone runs on, and may commit.
  while ((await server.activity()).sessions > 0) {
    await new Promise<void>((resolve) => clock.after(SESSION_LOOK_MS, resolve))
  }
  return server.mark()
}
