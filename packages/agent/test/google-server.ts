import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { GoogleTarget } from '../src/backups/targets/google/google-target.ts'
import { type BlobFaults, bodyOf, listening, type StoreFixture } from './store-fixture.ts'

const BUCKET = 'croft-backups'
const EMAIL = 'backups@croft.iam.gserviceaccount.com'
const PAGE = 5

export interface GoogleFixture extends StoreFixture<GoogleTarget> {
  /** Takes no token any more that was given until now. */
  revoke(): void
  /** How many tokens were given. */
  tokens(): number
}

/** Enough of Google's Cloud Storage and of its token service to test against. */
export async function startGoogle(): Promise<GoogleFixture> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, { readonly name: string; data: Buffer }>()
  const faults: BlobFaults = { fail: 0, cut: 0 }
  const requests: string[] = []
  let given = 0
  const good = new Set<string>()

  /** RFC 7523, as the token service of Google asks for it. */
  function exchange(body: string, host: string): string | null {
    const form = new URLSearchParams(body)
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return null
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
    const signed = Buffer.from(`${head}.${claims}`)
    if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) return null
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString())
    const { iss, aud, scope, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const now = Date.now() / 1000
    const isRight = alg === 'RS256' && iss === EMAIL && aud === `http://${host}/token` && exp - iat <= 3600
    if (!isRight || !String(scope).includes('devstorage') || iat > now + 5 || exp < now) return null
    given += 1
    const made = `token-${given}`
    good.add(made)
    return made
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://google.invalid')
    const say = (status: number, body: object, headers = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))
    requests.push(`${request.method} ${request.url}`)
    if (url.pathname === '/token') {
      const made = exchange((await bodyOf(request)).toString(), request.headers.host ?? '')
      return made
        ? say(200, { access_token: made, expires_in: 3599, token_type: 'Bearer' })
        : say(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' })
    }
    if (faults.fail > 0) {
      faults.fail -= 1
      request.resume()
      return say(503, { error: { code: 503 } })
    }
    if (!good.has((request.headers.authorization ?? '').replace('Bearer ', ''))) {
      request.resume()
      return say(401, { error: { code: 401, message: 'Invalid Credentials' } })
    }
    const [, bucket, encoded] = /\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (bucket !== BUCKET)
      return say(404, { error: { code: 404, message: 'The specified bucket does not exist.' } })
    if (url.pathname.startsWith('/upload/')) return upload(url, request, response)
    if (encoded === undefined) return list(url, response)
    const name = decodeURIComponent(encoded)
    const object = objects.get(name)
    if (!object) return say(404, { error: { code: 404, message: `No such object: ${BUCKET}/${name}` } })
    if (request.method === 'DELETE') {
      objects.delete(name)
      return void response.writeHead(204).end()
    }
    const etag = `"${createHash('md5').update(object).digest('hex')}"`
    if ((request.headers['if-match'] ?? etag) !== etag) return void response.writeHead(412).end()
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const part = object.subarray(from)
    response.writeHead(request.headers.range ? 206 : 200, { etag, 'content-length': part.length })
    if (faults.cut === 0) return void response.end(part)
    faults.cut -= 1
    response.write(part.subarray(0, Math.floor(part.length / 2)), () => response.destroy())
  }

  const stored = (response: ServerResponse, name: string, data: Buffer) => {
    objects.set(name, data)
    const md5Hash = createHash('md5').update(data).digest('base64')
    response.end(JSON.stringify({ name, size: String(data.length), md5Hash }))
  }

  async function upload(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = url.searchParams.get('name') ?? ''
    const id = url.searchParams.get('upload_id')
    if (url.searchParams.get('uploadType') === 'media') return stored(response, name, await bodyOf(request))
    if (id === null) {
      const made = `upload-${uploads.size + 1}`
      uploads.set(made, { name, data: Buffer.alloc(0) })
      url.searchParams.set('upload_id', made)
      const location = `http://${request.headers.host}${url.pathname}${url.search}`
      return void response.writeHead(200, { location }).end()
    }
    const session = uploads.get(id)
    if (!session) return void response.writeHead(410).end()
    if (request.method === 'DELETE') {
      uploads.delete(id)
      return void response.writeHead(499).end()
    }
    const [, from, to, total = '*'] =
      /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(String(request.headers['content-range'])) ?? []
    if (from !== undefined) {
      const body = await bodyOf(request)
      const isWhole = body.length === Number(to) - Number(from) + 1
      const isAligned = total !== '*' || body.length % 262_144 === 0
      if (!isWhole || !isAligned || Number(from) !== session.data.length)
        return void response.writeHead(400).end()
      const isCut = faults.cut > 0
      if (isCut) faults.cut -= 1
      // What is persisted is a multiple of 256 KiB, and the answer may be lost.
      const kept = isCut ? body.subarray(0, Math.floor(body.length / 2 / 262_144) * 262_144) : body
      session.data = Buffer.concat([session.data, kept])
      if (isCut) return void response.destroy()
    }
    if (total !== '*' && session.data.length === Number(total)) {
      uploads.delete(id)
      return stored(response, session.name, session.data)
    }
    const { length } = session.data
    response.writeHead(308, length === 0 ? {} : { range: `bytes=0-${length - 1}` }).end()
  }

  function list(url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get('prefix') ?? ''
    const from = url.searchParams.get('pageToken') ?? ''
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name >= from).sort()
    const items = names.slice(0, PAGE).map((name) => ({ name, size: String(objects.get(name)?.length) }))
    const next = names[PAGE]
    response.end(
      JSON.stringify({ ...(items.length > 0 ? { items } : {}), ...(next ? { nextPageToken: next } : {}) }),
    )
  }

  const { origin, stop } = await listening(
    createServer((request, response) => void answer(request, response)),
  )
  const jsonKey = JSON.stringify({
    ...{ type: 'service_account', project_id: 'croft', private_key_id: 'k1', client_email: EMAIL },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${origin}/token`,
  })
  return {
    target: { type: 'google', endpoint: origin, bucket: BUCKET, prefix: '', jsonKey, allowPrivate: true },
    ...{ faults, requests, stored: objects, unfinished: () => uploads.size, stop },
    revoke() {
      good.clear()
    },
    tokens: () => given,
  }
}
