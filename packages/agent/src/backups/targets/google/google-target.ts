import type { BackupTarget } from '@croft/protocol'

export type GoogleTarget = Extract<BackupTarget, { type: 'google' }>

const below = (endpoint: string, path: string, query: Readonly<Record<string, string>>): URL => {
  const url = new URL(`${endpoint}${path}`)
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
  return url
}

/** The URL of an object, or of the bucket's list when `name` is ''. */
export function urlOf(
  { endpoint, bucket }: GoogleTarget,
  name: string,
  query: Readonly<Record<string, string>> = {},
): URL {
  const object = name === '' ? '' : `/${encodeURIComponent(name)}`
  return below(endpoint, `/storage/v1/b/${encodeURIComponent(bucket)}/o${object}`, query)
}

/** Where an object is sent to. */
export function uploadUrl({ endpoint, bucket }: GoogleTarget, query: Readonly<Record<string, string>>): URL {
  return below(endpoint, `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`, query)
}
