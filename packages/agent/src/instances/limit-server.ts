import type { Server } from '../engines/engine.ts'
import type { Body } from './body.ts'
import { memoryOf } from './choose-resources.ts'

/** Servers whose group goes with them. */
const limited = new WeakSet<Server>()

/** Holds a server to the memory and the processors of its database, where the host can; its group goes with it. */
export async function limitServer(body: Body, server: Server, slot: string): Promise<void> {
  const { host, log } = body
  const { resources, namespace } = body.state.desired
  if (!host.cgroups) return
  const { cgroups } = host
  const place = { namespace, slot }
  const { cpus } = resources
  const memoryMb = memoryOf(body, server)
  if (!limited.has(server)) {
    limited.add(server)
    void server.exited.then(() => cgroups.remove(place))
  }
  await cgroups
    .limit(place, server.pid, cpus === undefined ? { memoryMb } : { memoryMb, cpus })
    .catch((err: unknown) => log.warn({ err }, 'a server could not be limited by a cgroup'))
}
