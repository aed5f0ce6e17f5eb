import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'

/** What a server may use at most. */
export interface CgroupLimits {
  readonly memoryMb: number
  readonly cpus?: number
}

/** Groups of the kernel (cgroup v2) that servers run in, one for each, below one for each namespace. */
export interface Cgroups {
  /** Puts a process with all its children into a group, made when it is not there, and limits it. */
  limit(place: GroupPlace, pid: number, limits: CgroupLimits): Promise<void>
  /** Removes a group whose processes have ended, or are just ending. */
  remove(place: GroupPlace): Promise<void>
  /** Removes what a killed agent has left, when its servers are gone. */
  clear(): Promise<void>
}

export interface GroupPlace {
  readonly namespace: string | undefined
  readonly slot: string
}

const CONTROLLERS = ['memory', 'cpu']
const PREFIX = 'ns-'
/** Above the limit a server is slowed down; so much above it, its process is ended. */
const HARD_LIMIT = 1.25
const CPU_PERIOD_US = 100_000
const REMOVE_TRIES = 20

export class NoCgroups extends Error {}

/**
 * Takes over the group that this process is in, which must be its own: a service with `Delegate=yes`, or a container
 * with a writable cgroup v2. Throws `NoCgroups` with what is missing.
 */
export async function openCgroups(log: Logger): Promise<Cgroups> {
  const base = await ownGroup()
  const controllers = await read(join(base, 'cgroup.controllers'))
  const missing = CONTROLLERS.filter((name) => !controllers.split(/\s+/).includes(name))
  if (missing.length > 0) throw new NoCgroups(`its cgroup lacks the controllers ${missing.join(' and ')}`)
  // A group whose own processes compete with its subgroups is not allowed: the agent goes into one of its own.
  const agent = join(base, 'agent')
  try {
    await mkdir(agent, { recursive: true })
    const processes = (await read(join(base, 'cgroup.procs'))).trim().split('\n')
    for (const pid of processes) if (pid === String(process.pid)) await put(agent, pid)
    await enable(base)
  } catch (cause) {
    await put(base, String(process.pid)).catch(() => {})
    await rmdir(agent).catch(() => {})
    throw new NoCgroups('its cgroup cannot be written, or other processes are in it', { cause })
  }
  return createCgroups(base, log)
}

/** For a group that may be divided. */
export function createCgroups(base: string, log: Logger): Cgroups {
  const namespaceOf = ({ namespace }: GroupPlace) => join(base, `${PREFIX}${namespace ?? 'default'}`)
  const groupOf = (place: GroupPlace) => join(namespaceOf(place), place.slot)
  return {
    async limit(place, pid, { memoryMb, cpus }) {
      const group = groupOf(place)
      await mkdir(group, { recursive: true })
      await enable(namespaceOf(place))
      const bytes = memoryMb * 1024 * 1024
      await write(group, 'memory.high', String(bytes))
      await write(group, 'memory.max', String(Math.round(bytes * HARD_LIMIT)))
      const quota = cpus === undefined ? 'max' : String(Math.max(1000, Math.round(cpus * CPU_PERIOD_US)))
      await write(group, 'cpu.max', `${quota} ${CPU_PERIOD_US}`)
      await putTree(group, pid)
    },
    async remove(place) {
      await removeGroup(groupOf(place), log)
      // Of the last of a namespace.
      await rmdir(namespaceOf(place)).catch(() => {})
    },
    async clear() {
      for (const name of await readdir(base)) {
        if (!name.startsWith(PREFIX)) continue
        const entries = await readdir(join(base, name), { withFileTypes: true })
        for (const entry of entries) {
          if (entry.isDirectory()) await removeGroup(join(base, name, entry.name), log)
        }
        await rmdir(join(base, name)).catch(() => {})
      }
    },
  }
}

/** Where the kernel shows the group of this process. */
async function ownGroup(): Promise<string> {
  const mounts = await read('/proc/self/mountinfo')
  const mount = mounts.split('\n').find((line) => / - cgroup2 /.test(line))
  const path = /^0::(.*)$/m.exec(await read('/proc/self/cgroup'))?.[1]
  const point = mount?.split(' ')[4]
  if (point === undefined || path === undefined) throw new NoCgroups('this host has no cgroup v2')
  return join(point, path)
}

/** The first forks of a server may come while it moves: those that are found outside move after it. */
async function putTree(group: string, pid: number): Promise<void> {
  await put(group, String(pid))
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  for (const child of children.trim().split(/\s+/)) {
    // It may have ended.
    if (child !== '') await put(group, child).catch(() => {})
  }
}

const put = (group: string, pid: string) => write(group, 'cgroup.procs', pid)

const enable = (group: string) =>
  write(group, 'cgroup.subtree_control', CONTROLLERS.map((name) => `+${name}`).join(' '))

async function write(group: string, name: string, value: string): Promise<void> {
  await writeFile(join(group, name), value)
}

const read = (path: string) =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new NoCgroups('this host has no cgroup v2', { cause })
  })

/** A group is busy until the last of its processes has been waited for. */
async function removeGroup(group: string, log: Logger): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rmdir(group)
      return
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT') return
      if (code !== 'EBUSY' || tries === REMOVE_TRIES) {
        log.warn({ err: error, group }, 'a cgroup could not be removed; the next start of the agent tries it')
        return
      }
      await delay(50)
    }
  }
}
