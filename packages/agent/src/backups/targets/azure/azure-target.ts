import type { BackupTarget } from '@croft/protocol'

export type AzureTarget = Extract<BackupTarget, { type: 'azure' }>

/** The URL of a blob, or of the container when `name` is ''. */
export function urlOf(
  { endpoint, container }: AzureTarget,
  name: string,
  query: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL(`${endpoint}/${container}${name === '' ? '' : `/${name}`}`)
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
  return url
}
