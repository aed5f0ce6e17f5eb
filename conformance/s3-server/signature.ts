import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'
import type { ServerSettings } from './settings.ts'

const skewMs = 15 * 60_000

/** Checks a request's Signature Version 4, in its `Authorization` header. Throws `S3Error`. */
export function checkSignature(
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  settings: ServerSettings,
  now: number,
): void {
  const authorization = request.headers.authorization
  if (!authorization) throw new S3Error(403, 'AccessDenied', 'Access Denied.')
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    )
  if (!match) {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  }
  const [, accessKeyId = '', day = '', region = '', signedHeaders = '', signature = ''] = match
  if (accessKeyId !== settings.accessKeyId) {
    throw new S3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  if (settings.region !== undefined && region !== settings.region) {
    const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${settings.region}'`
    throw new S3Error(400, 'AuthorizationHeaderMalformed', message, { Region: settings.region })
  }
  const date = String(request.headers['x-amz-date'] ?? '')
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(at) || !date.startsWith(day)) throw new S3Error(403, 'AccessDenied', 'A date is missing.')
  if (Math.abs(at - now) > skewMs) {
    const message = 'The difference between the request time and the current time is too large.'
    throw new S3Error(403, 'RequestTimeTooSkewed', message, { ServerTime: new Date(now).toISOString() })
  }
  const names = signedHeaders.split(';')
  for (const needed of ['host', 'x-amz-content-sha256', 'x-amz-date']) {
    if (!names.includes(needed)) throw new S3Error(403, 'AccessDenied', `The header ${needed} is not signed.`)
  }
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-amz-') && !names.includes(name)) {
      throw new S3Error(403, 'AccessDenied', `The header ${name} is not signed.`)
    }
  }
  const pairs = [...query].map(([name, value]) => [encode(name), encode(value)] as const)
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
  const canonical = [
    request.method ?? '',
    decodeURIComponent(path).split('/').map(encode).join('/'),
    pairs.map((pair) => pair.join('=')).join('&'),
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/\s+/g, ' ')}`,
    ),
    '',
    signedHeaders,
    String(request.headers['x-amz-content-sha256']),
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  )
  let key: Buffer = Buffer.from(`AWS4${settings.secretAccessKey}`)
  for (const step of [day, region, 's3', 'aws4_request'])
    key = createHmac('sha256', key).update(step).digest()
  const right = createHmac('sha256', key).update(toSign).digest()
  if (!timingSafeEqual(right, Buffer.from(signature, 'hex'))) {
    const message = 'The request signature we calculated does not match the signature you provided.'
    throw new S3Error(403, 'SignatureDoesNotMatch', message)
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
