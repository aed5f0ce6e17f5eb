import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AgentFault } from '../../../fault.ts'
import { createLanes } from '../../../files/lanes.ts'
import { md5Of } from '../remote/md5.ts'
import type { RemoteClient } from '../remote/remote-client.ts'
import { partsOf } from '../s3/put-stream.ts'
import { type AzureTarget, urlOf } from './azure-target.ts'

const mebibyte = 1024 * 1024
const smallestBlock = 16 * mebibyte
/** Azure's limit is 50,000; some are left for an estimate that was too low. */
const blocksWanted = 45_000
const blocksAllowed = 50_000
/** With the one that is being filled, four blocks are in memory. */
const blocksAtOnce = 3

/** The ids of one blob's blocks must have one length. */
const blockId = (number: number): string => Buffer.from(String(number).padStart(8, '0')).toString('base64')

/** Stores a stream: in one request when it is small, else in blocks, which are the blob once they are committed. */
export async function putBlob(
  client: RemoteClient,
  target: AzureTarget,
  name: string,
  data: Readable,
  { signal, expectedBytes }: { readonly signal: AbortSignal; readonly expectedBytes: number },
): Promise<{ bytes: number; sha256: string }> {
  const blockBytes = Math.max(smallestBlock, Math.ceil(expectedBytes / blocksWanted / mebibyte) * mebibyte)
  const hash = createHash('sha256')
  const lanes = createLanes(blocksAtOnce)
  let blocks = 0
  let bytes = 0
  try {
    for await (const part of partsOf(data, blockBytes, (piece) => hash.update(piece))) {
      bytes += part.bytes
      const { pieces: body } = part
      if (part.last && blocks === 0) {
        const headers = { 'content-md5': await md5Of(body), 'x-ms-blob-type': 'BlockBlob' }
        await client.call({ method: 'PUT', url: urlOf(target, name), headers, body }, signal)
        return { bytes, sha256: hash.digest('hex') }
      }
      if (part.bytes === 0) continue
      if (blocks >= blocksAllowed) {
        throw new AgentFault(
          'target-unreachable',
          'The backup has grown beyond what Azure takes as one blob.',
        )
      }
      const url = urlOf(target, name, { comp: 'block', blockid: blockId(blocks++) })
      await lanes.run(async () => {
        await client.call({ method: 'PUT', url, headers: { 'content-md5': await md5Of(body) }, body }, signal)
      })
    }
    await lanes.finish()
    await commit(client, target, name, blocks, signal)
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    // Blocks that are not committed are no blob, and Azure drops them after a week.
    await lanes.idle()
  }
}

async function commit(
  client: RemoteClient,
  target: AzureTarget,
  name: string,
  blocks: number,
  signal: AbortSignal,
): Promise<void> {
  const list = Array.from({ length: blocks }, (_, number) => `<Latest>${blockId(number)}</Latest>`)
  const xml = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list.join('')}</BlockList>`)
  const headers = { 'content-md5': await md5Of([xml]), 'content-type': 'application/xml' }
  await client.call(
    { method: 'PUT', url: urlOf(target, name, { comp: 'blocklist' }), headers, body: [xml] },
    signal,
  )
}
