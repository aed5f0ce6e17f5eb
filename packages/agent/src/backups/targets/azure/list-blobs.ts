import type { RemoteClient } from '../remote/remote-client.ts'
import { unreachable } from '../s3/s3-fault.ts'
import { childrenNamed, childText, parseXml, type XmlElement } from '../s3/xml.ts'
import { type AzureTarget, urlOf } from './azure-target.ts'

function read(target: AzureTarget, body: string): XmlElement {
  try {
    return parseXml(body)
  } catch (cause) {
    const { host } = new URL(target.endpoint)
    throw unreachable(`${host} does not answer as Azure’s blob storage; check the target’s endpoint.`, cause)
  }
}

/** Blobs whose names begin so, over all pages. */
export async function* listBlobs(
  client: RemoteClient,
  target: AzureTarget,
  prefix: string,
): AsyncGenerator<{ name: string; bytes: number }> {
  let marker = ''
  for (;;) {
    const query = { restype: 'container', comp: 'list', prefix, ...(marker === '' ? {} : { marker }) }
    const { body } = await client.call({ method: 'GET', url: urlOf(target, '', query) })
    const page = read(target, body)
    for (const blobs of childrenNamed(page, 'Blobs')) {
      for (const blob of childrenNamed(blobs, 'Blob')) {
        const [properties] = childrenNamed(blob, 'Properties')
        const length = properties && childText(properties, 'Content-Length')
        yield { name: childText(blob, 'Name') ?? '', bytes: Number(length) }
      }
    }
    const next = childText(page, 'NextMarker') ?? ''
    if (next === '') return
    // A page that leads to itself would never end.
    if (next === marker) throw unreachable('Azure does not say how its list goes on; check the endpoint.')
    marker = next
  }
}
