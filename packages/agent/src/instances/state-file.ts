import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, writeDurably } from './durable-file.ts'
import { type InstanceState, parseState } from './state.ts'

/** An instance's `instance.json`. Writes are one at a time; the newest state wins. */
export interface StateFile {
  /** Resolves when this state, or a newer one, is on disk. */
  save(state: InstanceState): Promise<void>
  /** Removes the file and its directory, after the writes under way. */
  remove(): Promise<void>
}

export function createStateFile(directory: string): StateFile {
  let newest: InstanceState | null = null
  let writing: Promise<void> = Promise.resolve()
  let queued: Promise<void> | null = null
  let made = false
  let removed = false

  async function write(): Promise<void> {
    queued = null
    const state = newest
    if (!state || removed) return
    if (!made) await makeDirectory(directory)
    made = true
    await writeDurably(join(directory, 'instance.json'), `${JSON.stringify(state, null, 1)}\n`)
  }

  return {
    save(state) {
      newest = structuredClone(state)
      if (!queued) {
        queued = writing.catch(() => {}).then(write)
        writing = queued
      }
      return queued
    },
    async remove() {
      removed = true
      await writing.catch(() => {})
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Whether no state was ever completed in a directory: it has no file, or only one that was being written. */
export async function isStateless(directory: string): Promise<boolean> {
  return (await readdir(directory)).every((name) => name === 'instance.json.partial')
}

/** The state kept in an instance's directory. Throws when there is none or it is damaged. */
export async function readState(directory: string): Promise<InstanceState> {
  return parseState(await readFile(join(directory, 'instance.json'), 'utf8'))
}
