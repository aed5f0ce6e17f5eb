import { destroyOnAbort } from '../../../files/destroy-on-abort.ts'
import { isKey, stepsOf } from '../key.ts'
import type { BackupStore, StoredObject } from '../target.ts'
import { getObject } from './get-object.ts'
import { listPages } from './list-pages.ts'
import { abortUpload, listUploads } from './multipart.ts'
import { probeStore } from './probe-store.ts'
import { putStream } from './put-stream.ts'
import { removeObjects } from './remove-objects.ts'
import { createS3Client, type S3ClientOptions } from './s3-client.ts'
import type { S3Target } from './s3-target.ts'
import { uploadFile } from './upload-file.ts'
import { childrenNamed, childText } from './xml.ts'

/** Keeps objects in a bucket of an S3-compatible service, below the target's prefix. */
export function createS3Store(target: S3Target, options: S3ClientOptions = {}): BackupStore {
  const client = createS3Client(target, options)
  const root = target.prefix === '' ? '' : `${target.prefix}/`
  const keyOf = (key: string) => `${root}${stepsOf(key).join('/')}`

  const list = async (prefix: string): Promise<StoredObject[]> => {
    const query = { 'list-type': '2', prefix: prefix === '' ? root : keyOf(prefix) }
    const objects: StoredObject[] = []
    const marker = [['continuation-token', 'NextContinuationToken']] as const
    for await (const page of listPages(client, { key: '', query }, undefined, marker)) {
      for (const found of childrenNamed(page, 'Contents')) {
        const key = (childText(found, 'Key') ?? '').slice(root.length)
        if (isKey(key) && isBelow(key, prefix)) objects.push({ key, bytes: Number(childText(found, 'Size')) })
      }
    }
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  const store: BackupStore = {
    async put(key, data, signal, expectedBytes = 0) {
      const path = keyOf(key)
      const release = destroyOnAbort(data, signal)
      try {
        signal.throwIfAborted()
        return await putStream(client, path, data, signal, expectedBytes)
      } catch (error) {
        data.destroy()
        throw signal.aborted ? signal.reason : error
      } finally {
        release()
      }
    },
    putFile: async (key, path, signal, progress) => uploadFile(client, keyOf(key), path, signal, progress),
    get: async (key, signal) => getObject(client, keyOf(key), signal),
    list,
    async remove(prefix) {
      const path = keyOf(prefix)
      const [objects, uploads] = await Promise.all([list(prefix), listUploads(client, path)])
      await removeObjects(
        client,
        objects.map(({ key }) => keyOf(key)),
      )
      for (const upload of uploads) {
        if (isBelow(upload.key.slice(root.length), prefix)) await abortUpload(client, upload)
      }
    },
    removeObjects: async (keys) => removeObjects(client, keys.map(keyOf)),
    // Whoever waits for a probe wants to know soon, and in the words of the first thing that fails.
    probe: () => probeStore(createS3Store(target, { attempts: 2 })),
  }
  return store
}

/** Whether an object is at a key or below it. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || key === prefix || key.startsWith(`${prefix}/`)
}
