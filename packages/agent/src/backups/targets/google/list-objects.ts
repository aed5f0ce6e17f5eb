import type { RemoteClient } from '../remote/remote-client.ts'
import { unreachable } from '../s3/s3-fault.ts'
import { type GoogleTarget, urlOf } from './google-target.ts'

interface ListPage {
  readonly items?: readonly { readonly name: string; readonly size: string }[]
  readonly nextPageToken?: string
}

function read({ endpoint }: GoogleTarget, body: string): ListPage {
  try {
    return JSON.parse(body) as ListPage
  } catch (cause) {
    const { host } = new URL(endpoint)
    throw unreachable(
      `${host} does not answer as Google’s Cloud Storage; check the target’s endpoint.`,
      cause,
    )
  }
}

/** Objects whose names begin so, over all pages. */
export async function* listObjects(
  client: RemoteClient,
  target: GoogleTarget,
  prefix: string,
): AsyncGenerator<{ name: string; bytes: number }> {
  let token: string | undefined
  for (;;) {
    const query = {
      ...{ prefix, fields: 'items(name,size),nextPageToken' },
      ...(token === undefined ? {} : { pageToken: token }),
    }
    const page = read(target, (await client.call({ method: 'GET', url: urlOf(target, '', query) })).body)
    for (const { name, size } of page.items ?? []) yield { name, bytes: Number(size) }
    const { nextPageToken: next } = page
    if (next === undefined || next === '') return
    // A page that leads to itself would never end.
    if (next === token) throw unreachable('Google does not say how its list goes on; check the endpoint.')
    token = next
  }
}
