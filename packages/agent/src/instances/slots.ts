import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Data directories. Each lies at `<storage root>/data/<slot>` for its whole life and `instance.json` names the
 * slot, so adopting a warm directory or a started server moves nothing.
 */
export interface Slots {
  /** A name for a directory that does not exist yet. */
  create(): string
  directory(slot: string): string
  /** A fresh private directory for the slot's socket; short, since a socket's path may have 107 bytes. */
  openRuntime(slot: string): Promise<string>
  /** Removes every socket directory: no server runs (any more). */
  closeRuntimes(): Promise<void>
  /** Removes the slot's data and whatever a broken copy has left of it. */
  remove(slot: string): Promise<void>
  /** Slots on disk, half-made ones too. */
  list(): Promise<string[]>
}

const REMOVE = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 } as const

export function createSlots(dataDirectory: string, runtimeDirectory: string): Slots {
  const runtime = (slot: string) => join(runtimeDirectory, `i-${slot}`)
  return {
    create: () => randomBytes(5).toString('hex'),
    directory: (slot) => join(dataDirectory, slot),
    async openRuntime(slot) {
      await rm(runtime(slot), REMOVE)
      await mkdir(runtime(slot), { mode: 0o700 })
      return runtime(slot)
    },
    async closeRuntimes() {
      for (const name of await readdir(runtimeDirectory)) {
        if (name.startsWith('i-')) await rm(join(runtimeDirectory, name), REMOVE)
      }
    },
    async remove(slot) {
      await rm(join(dataDirectory, slot), REMOVE)
      await rm(join(dataDirectory, `${slot}.partial`), REMOVE)
      await rm(runtime(slot), REMOVE)
    },
    async list() {
      const names = await readdir(dataDirectory)
      return [...new Set(names.map((name) => name.replace(/\.partial$/, '')))]
    },
  }
}
