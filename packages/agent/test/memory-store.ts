import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { BackupStore } from '../src/backups/targets/target.ts'
import { AgentFault } from '../src/fault.ts'

export interface MemoryStore extends BackupStore {
  readonly objects: Map<string, Buffer>
  /** What the next requests do: fail before anything is done, or after all of it is. */
  failing: 'no' | 'before' | 'after'
}

/** A store in memory that can fail as a distant one does. */
export function createMemoryStore(): MemoryStore {
  const objects = new Map<string, Buffer>()
  const away = () => new AgentFault('target-unreachable', 'The store is away.')
  const request = async <T>(work: () => T | Promise<T>): Promise<T> => {
    if (store.failing === 'before') throw away()
    const result = await work()
    if (store.failing === 'after') throw away()
    return result
  }
  const below = (prefix: string) =>
    [...objects.keys()].filter((key) => key === prefix || key.startsWith(`${prefix}/`)).sort()
  const store: MemoryStore = {
    objects,
    failing: 'no',
    put: (key, data, signal) =>
      request(async () => {
        const content = await buffer(data)
        signal.throwIfAborted()
        objects.set(key, content)
        return { bytes: content.length, sha256: '' }
      }),
    get: (key) =>
      request(() => {
        const content = objects.get(key)
        if (!content) throw new AgentFault('backup-missing', 'It is not there.')
        return Readable.from([content])
      }),
    list: (prefix) =>
      request(() => below(prefix).map((key) => ({ key, bytes: objects.get(key)?.length ?? 0 }))),
    remove: (prefix) =>
      request(() => {
        for (const key of below(prefix)) objects.delete(key)
      }),
    probe: () => request(() => {}),
  }
  return store
}
