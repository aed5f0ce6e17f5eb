import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Engine } from '../engines/engine.ts'
import type { Slots } from './slots.ts'
import type { InstanceState } from './state.ts'
import { isStateless, readState } from './state-file.ts'

export interface RecoverOptions {
  readonly instancesDirectory: string
  readonly slots: Slots
  readonly engines: readonly Engine[]
  readonly log: Logger
}

export interface Recovered {
  readonly states: readonly InstanceState[]
  /** Directories that should hold an instance and do not, with why. They are left alone. */
  readonly damaged: readonly { readonly name: string; readonly reason: string }[]
  /** Servers a dead agent had left running. */
  readonly reaped: number
}

/** What an agent finds when it starts: stops servers that outlived their agent, removes data that nothing names. */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { slots, engines, log } = options
  const onDisk = await slots.list()
  let reaped = 0
  await eachOf(onDisk, async (slot) => {
    for (const engine of engines) if (await engine.reap(slots.directory(slot))) reaped += 1
  })
  await slots.closeRuntimes()

  const states: InstanceState[] = []
  const damaged: { name: string; reason: string }[] = []
  await eachOf(await readdir(options.instancesDirectory), async (name) => {
    const directory = join(options.instancesDirectory, name)
    try {
      // Killed before its first state was written, or after all else of it was removed.
      if (await isStateless(directory)) return await rm(directory, { recursive: true })
      const state = await readState(directory)
      if (state.desired.id !== name) throw new Error(`it says that it is ${state.desired.id}`)
      states.push(state)
    } catch (error) {
      damaged.push({ name, reason: error instanceof Error ? error.message : String(error) })
    }
  })

  const named = new Set(
    states.flatMap(({ served, leftovers }) => [...leftovers, ...(served ? [served.slot] : [])]),
  )
  const nameless = onDisk.filter((slot) => !named.has(slot))
  // A damaged instance may be the one that names them.
  if (damaged.length > 0) {
    if (nameless.length > 0)
      log.warn({ slots: nameless }, 'unnamed directories are kept: an instance is damaged')
  } else await eachOf(nameless, (slot) => slots.remove(slot))
  return { states, damaged, reaped }
}

/** Four at a time: enough to keep a disk busy. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}
