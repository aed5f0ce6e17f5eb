import type { BackupTarget } from '@croft/protocol'

export type S3Target = Extract<BackupTarget, { type: 's3' }>

/** The URL of an object, or of the bucket when `key` is ''. */
export function urlOf(target: S3Target, key: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(target.endpoint)
  if (target.pathStyle) url.pathname = `/${target.bucket}${key === '' ? '' : `/${key}`}`
  else {
    url.hostname = `${target.bucket}.${url.hostname}`
    url.pathname = `/${key}`
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}
