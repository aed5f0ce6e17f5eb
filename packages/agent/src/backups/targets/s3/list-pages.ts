import type { S3Client } from './s3-client.ts'
import { unreachable } from './s3-fault.ts'
import { childText, type XmlElement } from './xml.ts'

/**
 * The pages of a listing. `markers` pairs the query's names with the elements of a page that say where the next
 * begins. Ends without a page where the service has no such listing, or what is listed is gone.
 */
export async function* listPages(
  client: S3Client,
  request: { readonly key: string; readonly query: Readonly<Record<string, string>> },
  signal: AbortSignal | undefined,
  markers: readonly (readonly [string, string])[],
): AsyncGenerator<XmlElement> {
  let query = request.query
  for (;;) {
    const page = await client.callXml(
      {
        ...{ method: 'GET', key: request.key, query },
        accept: ({ code, status }) =>
          code === 'NoSuchUpload' || status === 501 || code === 'MethodNotAllowed',
      },
      signal,
    )
    if (!page) return
    yield page
    if (childText(page, 'IsTruncated') !== 'true') return
    const next: Record<string, string> = { ...request.query }
    for (const [name, element] of markers) {
      const value = childText(page, element)
      if (value !== undefined && value !== '') next[name] = value
    }
    // A page that leads to itself would never end.
    if (JSON.stringify(next) === JSON.stringify(query)) {
      throw unreachable('The S3 service does not say how its list goes on; check the target’s endpoint.')
    }
    query = next
  }
}
