import { createRemoteClient } from '../remote/remote-client.ts'
import { createRemoteStore, type RemoteObjects } from '../remote/remote-store.ts'
import { getObject, type ObjectReader } from '../s3/get-object.ts'
import type { BackupStore } from '../target.ts'
import { createAccessTokens } from './access-token.ts'
import { faultOfGoogle } from './google-fault.ts'
import { type GoogleTarget, urlOf } from './google-target.ts'
import { listObjects } from './list-objects.ts'
import { putObject } from './put-object.ts'

function objectsOf(target: GoogleTarget, attempts: number): RemoteObjects {
  const { endpoint, allowPrivate = false } = target
  const tokens = createAccessTokens(target, attempts)
  const client = createRemoteClient({
    ...{ endpoint, allowPrivate, attempts },
    prove: async ({ headers }, signal) => ({
      ...headers,
      authorization: `Bearer ${await tokens.get(signal)}`,
    }),
    faultOf: (answer) => faultOfGoogle(target, answer),
    renew({ status }) {
      if (status !== 401) return false
      tokens.forget()
      return true
    },
  })
  const reader: ObjectReader = {
    target,
    async open({ key, headers, accept }, signal) {
      const url = urlOf(target, key, { alt: 'media' })
      const request = { method: 'GET', url, ...(headers ? { headers } : {}), accept: [412] } as const
      const response = await client.open(request, signal)
      if (response.statusCode !== 412) return response
      accept?.({ status: 412 })
      response.destroy()
      throw new Error('the object was replaced')
    },
  }
  return {
    put: (name, data, signal) => putObject(client, target, name, data, { signal, breaks: attempts - 1 }),
    get: (name, signal) => getObject(reader, name, signal),
    list: (prefix) => listObjects(client, target, prefix),
    async remove(name) {
      await client.call({ method: 'DELETE', url: urlOf(target, name), accept: [404] })
    },
  }
}

/** Keeps objects in a bucket of Google's Cloud Storage, below the target's prefix. */
export function createGoogleStore(target: GoogleTarget, { attempts = 6 } = {}): BackupStore {
  return createRemoteStore(
    target.prefix,
    objectsOf(target, attempts),
    objectsOf(target, Math.min(attempts, 2)),
  )
}
