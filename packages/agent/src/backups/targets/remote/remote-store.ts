import type { Readable } from 'node:stream'
import { destroyOnAbort } from '../../../files/destroy-on-abort.ts'
import { createLanes } from '../../../files/lanes.ts'
import { isKey, stepsOf } from '../key.ts'
import { probeStore } from '../s3/probe-store.ts'
import type { BackupStore, StoredObject } from '../target.ts'

/** What a service does with objects by their whole names. */
export interface RemoteObjects {
  put(
    name: string,
    data: Readable,
    signal: AbortSignal,
    expectedBytes: number,
  ): Promise<{ bytes: number; sha256: string }>
  get(name: string, signal: AbortSignal): Promise<Readable>
  /** All whose names begin so, in any order. */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number }>
  /** One that is not there is no error. */
  remove(name: string): Promise<void>
}

const removalsAtOnce = 8

/** A store of backups below a prefix of a bucket. `soon` is of few attempts, for who waits for a probe. */
export function createRemoteStore(prefix: string, objects: RemoteObjects, soon: RemoteObjects): BackupStore {
  const root = prefix === '' ? '' : `${prefix}/`
  const nameOf = (key: string) => `${root}${stepsOf(key).join('/')}`

  const storeOf = ({ put, get, list, remove }: RemoteObjects) => {
    const listKeys = async (below: string): Promise<StoredObject[]> => {
      const found: StoredObject[] = []
      for await (const { name, bytes } of list(below === '' ? root : nameOf(below))) {
        const key = name.slice(root.length)
        const isBelow = below === '' || key === below || key.startsWith(`${below}/`)
        if (isKey(key) && isBelow) found.push({ key, bytes })
      }
      return found.sort((a, b) => (a.key < b.key ? -1 : 1))
    }
    const removeObjects = async (keys: readonly string[]) => {
      const lanes = createLanes(removalsAtOnce)
      try {
        for (const key of keys) await lanes.run(() => remove(nameOf(key)))
        await lanes.finish()
      } finally {
        await lanes.idle()
      }
    }
    return {
      async put(key: string, data: Readable, signal: AbortSignal, expectedBytes = 0) {
        const name = nameOf(key)
        const release = destroyOnAbort(data, signal)
        try {
          signal.throwIfAborted()
          return await put(name, data, signal, expectedBytes)
        } catch (error) {
          data.destroy()
          throw signal.aborted ? signal.reason : error
        } finally {
          release()
        }
      },
      get: async (key: string, signal: AbortSignal) => get(nameOf(key), signal),
      list: listKeys,
      remove: async (below: string) => removeObjects((await listKeys(below)).map(({ key }) => key)),
      removeObjects,
    }
  }
  return { ...storeOf(objects), probe: () => probeStore(storeOf(soon)) }
}
