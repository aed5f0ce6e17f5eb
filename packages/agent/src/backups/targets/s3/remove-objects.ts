import { createHash } from 'node:crypto'
import type { S3Client } from './s3-client.ts'
import { sha256Of } from './s3-client.ts'
import { unreachable } from './s3-fault.ts'
import { childrenNamed, childText, escapeXml } from './xml.ts'

const batchSize = 1000

/** Removes objects by their whole keys; those that are not there are no error. */
export async function removeObjects(client: S3Client, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += batchSize) {
    const batch = keys.slice(at, at + batchSize)
    if (batch.length > 1 && (await removeBatch(client, batch))) continue
    for (const key of batch) {
      await client.call({ method: 'DELETE', key, accept: ({ code }) => code === 'NoSuchKey' })
    }
  }
}

/** False where the service has no such request. */
async function removeBatch(client: S3Client, keys: readonly string[]): Promise<boolean> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('')
  const body = Buffer.from(
    `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`,
  )
  const sha256 = sha256Of([body])
  const answer = await client.callXml({
    ...{ method: 'POST', key: '', query: { delete: '' }, body: [body], sha256 },
    headers: {
      'content-type': 'application/xml',
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
      // Services from before there were checksums want this one.
      'content-md5': createHash('md5').update(body).digest('base64'),
    },
    accept: ({ status, code }) => status === 501 || code === 'MethodNotAllowed',
  })
  if (!answer) return false
  const [refused] = childrenNamed(answer, 'Error')
  if (!refused) return true
  const code = childText(refused, 'Code') ?? ''
  throw unreachable(
    `The S3 service did not remove an object (${/^\w{1,40}$/.test(code) ? code : 'no reason'}); allow the access key to delete objects.`,
  )
}
