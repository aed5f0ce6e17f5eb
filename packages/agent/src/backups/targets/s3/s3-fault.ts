import { AgentFault } from '../../../fault.ts'
import { Away } from '../away.ts'
import { mayPass, type Refusal } from './s3-refusal.ts'
import type { S3Target } from './s3-target.ts'

/** What a service's refusal means, in words an operator can do something about. Never holds a secret. */
export function faultOfRefusal(target: S3Target, refusal: Refusal): AgentFault {
  const { status, code, region } = refusal
  const said = new Error(`the S3 service answered ${status} ${code}`)
  if (code === 'NoSuchKey') {
    return new AgentFault('backup-missing', 'The backup is not in its bucket any more.', { cause: said })
  }
  if (code === 'QuotaExceeded' || code === 'XMinioStorageFull' || status === 507) {
    const message = 'The storage behind the bucket is full; free space there and try again.'
    return new AgentFault('disk-full', message, { cause: said })
  }
  const cause = mayPass(refusal) ? new Away(said.message) : said
  return unreachable(wordsOf(target, code, status, region), cause)
}

function wordsOf(target: S3Target, code: string, status: number, region: string | undefined): string {
  const { bucket } = target
  const where = new URL(target.endpoint).host
  const known: Readonly<Record<string, string>> = {
    NoSuchBucket: `There is no bucket "${bucket}" at ${where}; create it or correct its name.`,
    InvalidBucketName: `"${bucket}" cannot be the name of a bucket; correct it.`,
    InvalidAccessKeyId: `${where} does not know the access key id; correct the target’s credentials.`,
    SignatureDoesNotMatch: `The secret access key does not belong to the access key id, says ${where}; correct the target’s credentials.`,
    RequestTimeTooSkewed: `The clock of this host differs from that of ${where} by more than 15 minutes; set it right.`,
    AccountProblem: `The account of the access key at ${where} has a problem; ask its provider.`,
  }
  const found = known[code]
  if (found) return found
  if (
    code === 'AuthorizationHeaderMalformed' ||
    code === 'PermanentRedirect' ||
    status === 301 ||
    status === 307
  ) {
    return region
      ? `The bucket "${bucket}" is in the region ${region}, not in ${target.region}; correct the target’s region and endpoint.`
      : `The bucket "${bucket}" is not in the region ${target.region}, or not at ${where}; correct the target’s region and endpoint.`
  }
  if (status === 403 || status === 401) {
    return `The access key is not allowed this in the bucket "${bucket}"; allow it to list, read, write and delete objects and multipart uploads.`
  }
  if (status === 429 || code === 'SlowDown') return `${where} asks for fewer requests; try again later.`
  if (status >= 500) return `${where} has a fault of its own (status ${status}); try again later.`
  return `${where} refused the request (status ${status}${code ? ` ${code}` : ''}); check that its endpoint is an S3 service.`
}

/** What a broken connection means. */
export function faultOfConnection(target: Pick<S3Target, 'endpoint'>, error: unknown): AgentFault {
  const where = new URL(target.endpoint).host
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EPRIVATE') {
    const message = `${where} is inside a private network, which this target may not reach; use a public endpoint, or ask a platform administrator.`
    return unreachable(message, error)
  }
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    const message = `The encrypted connection to ${where} cannot be trusted (${code}); check its certificate, or the endpoint’s http and https.`
    return unreachable(message, error)
  }
  return unreachable(
    connectionWords(where, code),
    new Away(`the connection failed: ${code}`, { cause: error }),
  )
}

function connectionWords(where: string, code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${where} was not found; check the target’s endpoint and this host’s name service.`
    case 'ECONNREFUSED':
      return `${where} refuses connections; check the target’s endpoint and that the service runs.`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} does not answer; check the target’s endpoint and the network between.`
    default:
      return `The connection to ${where} broke; check the network between and try again.`
  }
}

export function unreachable(message: string, cause?: unknown): AgentFault {
  return new AgentFault('target-unreachable', message, { cause })
}
