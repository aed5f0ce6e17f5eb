import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AzureTarget } from '../src/backups/targets/azure/azure-target.ts'
import { type BlobFaults, bodyOf, listening, type StoreFixture } from './store-fixture.ts'

const ACCOUNT = 'croft'
const KEY = Buffer.from('a key of a storage account that nobody has').toString('base64')
const CONTAINER = 'backups'
const PAGE = 5

/** Enough of Azure's blob storage, as its emulator serves it (the account is the path's first step), to test against. */
export async function startAzure(): Promise<StoreFixture<AzureTarget>> {
  const blobs = new Map<string, Buffer>()
  const blocks = new Map<string, Map<string, Buffer>>()
  const faults: BlobFaults = { fail: 0, cut: 0 }
  const requests: string[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://azure.invalid')
    const body = await bodyOf(request)
    requests.push(`${request.method} ${request.url}`)
    const refuse = (status: number, code: string) =>
      void response.writeHead(status, { 'x-ms-error-code': code }).end(`<Error><Code>${code}</Code></Error>`)
    if (faults.fail > 0) {
      faults.fail -= 1
      return refuse(503, 'ServerBusy')
    }
    if (request.headers.authorization !== authorizationOf(request, body.length)) {
      return refuse(403, 'AuthenticationFailed')
    }
    const md5 = request.headers['content-md5']
    if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) {
      return refuse(400, 'Md5Mismatch')
    }
    const [, account, container, ...rest] = url.pathname.split('/')
    if (account !== ACCOUNT || container !== CONTAINER) return refuse(404, 'ContainerNotFound')
    const name = decodeURIComponent(rest.join('/'))
    const comp = url.searchParams.get('comp')
    if (request.method === 'GET' && comp === 'list') return list(url, response)
    if (request.method === 'PUT' && comp === 'block') {
      const of = blocks.get(name) ?? new Map<string, Buffer>()
      blocks.set(name, of.set(url.searchParams.get('blockid') ?? '', body))
      return void response.writeHead(201).end()
    }
    if (request.method === 'PUT' && comp === 'blocklist') {
      const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = '']) => id)
      const given = ids.map((id) => blocks.get(name)?.get(id))
      if (given.includes(undefined)) return refuse(400, 'InvalidBlockList')
      blobs.set(name, Buffer.concat(given.flatMap((each) => each ?? [])))
      blocks.delete(name)
      return void response.writeHead(201).end()
    }
    if (request.method === 'PUT') {
      if (request.headers['x-ms-blob-type'] !== 'BlockBlob') return refuse(400, 'InvalidHeaderValue')
      blobs.set(name, body)
      return void response.writeHead(201).end()
    }
    const blob = blobs.get(name)
    if (!blob) return refuse(404, 'BlobNotFound')
    if (request.method === 'DELETE') {
      blobs.delete(name)
      return void response.writeHead(202).end()
    }
    return send(request, response, blob)
  }

  function send(request: IncomingMessage, response: ServerResponse, blob: Buffer): void {
    const etag = `"${createHash('md5').update(blob).digest('hex')}"`
    const wanted = request.headers['if-match']
    if (wanted !== undefined && wanted !== etag) return void response.writeHead(412).end()
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const part = blob.subarray(from)
    response.writeHead(request.headers.range ? 206 : 200, { etag, 'content-length': part.length })
    if (faults.cut === 0) return void response.end(part)
    faults.cut -= 1
    response.write(part.subarray(0, Math.floor(part.length / 2)), () => response.destroy())
  }

  function list(url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get('prefix') ?? ''
    const marker = url.searchParams.get('marker') ?? ''
    const names = [...blobs.keys()].filter((name) => name.startsWith(prefix) && name >= marker).sort()
    const shown = names
      .slice(0, PAGE)
      .map(
        (name) =>
          `<Blob><Name>${name}</Name><Properties><Content-Length>${blobs.get(name)?.length}</Content-Length></Properties></Blob>`,
      )
    response.end(
      `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${CONTAINER}"><Blobs>${shown.join('')}</Blobs><NextMarker>${names[PAGE] ?? ''}</NextMarker></EnumerationResults>`,
    )
  }

  const { origin, stop } = await listening(
    createServer((request, response) => void answer(request, response)),
  )
  const target: AzureTarget = {
    ...{ type: 'azure', endpoint: `${origin}/${ACCOUNT}`, account: ACCOUNT, container: CONTAINER },
    ...{ prefix: '', accountKey: KEY, allowPrivate: true },
  }
  return { target, faults, requests, stored: blobs, unfinished: () => blocks.size, stop }
}

/** What the documentation of `SharedKey` says a request must be signed with, from the request as it came. */
function authorizationOf(request: IncomingMessage, length: number): string {
  const header = (name: string) => String(request.headers[name] ?? '')
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const lines = [
    request.method ?? '',
    ...[header('content-encoding'), header('content-language'), length === 0 ? '' : String(length)],
    ...[header('content-md5'), header('content-type'), header('date'), header('if-modified-since')],
    ...[header('if-match'), header('if-none-match'), header('if-unmodified-since'), header('range')],
  ]
  const own = Object.keys(request.headers).filter((name) => name.startsWith('x-ms-'))
  for (const name of own.sort()) lines.push(`${name}:${header(name)}`)
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `\n${name}:${value}`).sort()
  const signed = `${lines.join('\n')}\n/${ACCOUNT}${path}${parameters.join('')}`
  const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(signed).digest('base64')
  return `SharedKey ${ACCOUNT}:${signature}`
}
