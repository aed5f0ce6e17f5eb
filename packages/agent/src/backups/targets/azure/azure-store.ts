import { createRemoteClient, type RemoteClient } from '../remote/remote-client.ts'
import { createRemoteStore, type RemoteObjects } from '../remote/remote-store.ts'
import { getObject, type ObjectReader } from '../s3/get-object.ts'
import type { BackupStore } from '../target.ts'
import { faultOfAzure } from './azure-fault.ts'
import { type AzureTarget, urlOf } from './azure-target.ts'
import { listBlobs } from './list-blobs.ts'
import { putBlob } from './put-blob.ts'
import { sharedKey } from './shared-key.ts'

/** A version of the API that checks MD5s and takes blocks of any size that we send. */
const API_VERSION = '2021-12-02'

export function createAzureClient(target: AzureTarget, attempts: number): RemoteClient {
  const { endpoint, account, accountKey, allowPrivate = false } = target
  return createRemoteClient({
    ...{ endpoint, allowPrivate, attempts },
    async prove({ method, url, headers, body = [] }) {
      const all = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': API_VERSION }
      const length = body.reduce((sum, piece) => sum + piece.length, 0)
      return { ...all, authorization: sharedKey(account, accountKey, { method, url, headers: all, length }) }
    },
    faultOf: (answer) => faultOfAzure(target, answer),
  })
}

function objectsOf(target: AzureTarget, attempts: number): RemoteObjects {
  const client = createAzureClient(target, attempts)
  const reader: ObjectReader = {
    target,
    async open({ key, headers, accept }, signal) {
      const request = { method: 'GET', url: urlOf(target, key), ...(headers ? { headers } : {}) } as const
      const response = await client.open({ ...request, accept: [412] }, signal)
      if (response.statusCode !== 412) return response
      accept?.({ status: 412 })
      response.destroy()
      throw new Error('the blob was replaced')
    },
  }
  return {
    put: (name, data, signal, expectedBytes) =>
      putBlob(client, target, name, data, { signal, expectedBytes }),
    get: (name, signal) => getObject(reader, name, signal),
    list: (prefix) => listBlobs(client, target, prefix),
    async remove(name) {
      await client.call({ method: 'DELETE', url: urlOf(target, name), accept: [404] })
    },
  }
}

/** Keeps objects as block blobs in a container of Azure, below the target's prefix. */
export function createAzureStore(target: AzureTarget, { attempts = 6 } = {}): BackupStore {
  return createRemoteStore(
    target.prefix,
    objectsOf(target, attempts),
    objectsOf(target, Math.min(attempts, 2)),
  )
}
