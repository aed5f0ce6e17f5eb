import { CroftError } from '../../platform/errors/index.ts'
import type { Location } from '../backup-targets/index.ts'
import type { PublicCredentials } from './credentials.ts'
import { isDirectory } from './given-credentials.ts'

/** What a target is made of besides its credentials. */
export interface Wanted {
  readonly bucket: string
  /** Of `s3`; '' for the others. */
  readonly region: string
}

/** S3-compatible services that have no regions sign with this one. */
const ANY_REGION = 'us-east-1'
/** As everywhere in AWS but in China and for governments. */
const AWS = 'amazonaws.com'

function unfit(path: string, message: string): never {
  throw new CroftError('not-applicable', `The backup target is not valid: ${path.slice(1)} ${message}.`, {
    fields: [{ path, message }],
  })
}

const withScheme = (endpoint: string): string => (endpoint.includes('://') ? endpoint : `https://${endpoint}`)

/** The regional endpoint where the one that is given is AWS' own for all regions, or none. */
function awsEndpoint(endpoint: string, region: string): string {
  const host = endpoint.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return host === '' || host === `s3.${AWS}` ? `https://s3.${region}.${AWS}` : withScheme(endpoint)
}

function pathOf(url: URL): string | null {
  try {
    return decodeURIComponent(url.pathname)
  } catch {
    return null
  }
}

function directoryOf(endpoint: string, bucket: string): Location {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  const given = url?.host === '' ? pathOf(url) : null
  if (given === null) unfit('/backup_credentials_id', 'has an endpoint that is no file:///directory')
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(bucket)) unfit('/bucket', 'must be the name of a directory')
  return { type: 'directory', path: `${given.replace(/\/+$/, '')}/${bucket}` }
}

/** Where a bucket, or container, lies that is reached with credentials. Throws `not-applicable`. */
export function locationOf(shown: PublicCredentials, { bucket, region }: Wanted): Location {
  switch (shown.type) {
    case 'azure': {
      const { accountName: account } = shown
      const endpoint = withScheme(shown.endpoint ?? `${account}.blob.core.windows.net`)
      return { type: 'azure', endpoint, account, container: bucket, prefix: '' }
    }
    case 'google': {
      const endpoint = withScheme(shown.endpoint ?? 'storage.googleapis.com')
      return { type: 'google', endpoint, bucket, prefix: '', projectId: shown.projectId }
    }
    case 's3': {
      const endpoint = awsEndpoint(shown.endpoint, region)
      const isAws = new RegExp(`\\.${AWS.replace('.', '\\.')}(\\.cn)?/?$`).test(endpoint)
      // A name with dots has no certificate as part of a host name.
      const pathStyle = !isAws || bucket.includes('.')
      return {
        ...{ type: 's3', endpoint, region, bucket, prefix: '', pathStyle },
        accessKeyId: shown.accessKey,
      }
    }
    default: {
      if (isDirectory(shown.endpoint)) return directoryOf(shown.endpoint, bucket)
      const endpoint = withScheme(shown.endpoint)
      const at = { type: 's3', endpoint, region: ANY_REGION, bucket, prefix: '', pathStyle: true } as const
      return { ...at, accessKeyId: shown.accessKey }
    }
  }
}

/** Throws `not-applicable` unless a bucket and a region are given as the kind of credentials wants them. */
export function checkWanted(type: PublicCredentials['type'], { bucket, region }: Wanted): void {
  if (bucket.trim() === '') unfit('/bucket', 'must not be empty')
  if (bucket.length > 255 || /[\s\p{Cc}/?#\\]/u.test(bucket)) unfit('/bucket', 'must be the name of a bucket')
  if (type === 's3' && region === '') unfit('/region', 'must be the region of the bucket')
  if (type !== 's3' && region !== '') unfit('/region', 'must be empty for anything but s3')
  if (region !== '' && !/^[A-Za-z0-9-]{1,63}$/.test(region)) unfit('/region', 'must be the name of a region')
}
