import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { retryDelay } from '../../../link/retry-delay.ts'
import { isAway } from '../away.ts'
import type { RemoteAnswer, RemoteClient } from '../remote/remote-client.ts'
import { partsOf } from '../s3/put-stream.ts'
import { unreachable } from '../s3/s3-fault.ts'
import { type GoogleTarget, uploadUrl, urlOf } from './google-target.ts'

/** A multiple of 256 KiB, as every chunk but the last must be. */
const chunkBytes = 16 * 1024 * 1024
const OCTETS = { 'content-type': 'application/octet-stream' }
/** Google's answer to a chunk that is not the last. */
const RESUME = 308
/** Breaks of one chunk, each gone on from where Google is. */
const breaksAllowed = 5

export interface PutOptions {
  readonly signal: AbortSignal
  readonly breaks?: number
}

/** Stores a stream: in one request when it is small, else in a resumable upload. Google's checksum must be ours. */
export async function putObject(
  client: RemoteClient,
  target: GoogleTarget,
  name: string,
  data: Readable,
  { signal, breaks = breaksAllowed }: PutOptions,
): Promise<{ bytes: number; sha256: string }> {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  let session: URL | undefined
  let bytes = 0
  let answer: RemoteAnswer | undefined
  const parts = partsOf(data, chunkBytes, (piece) => {
    sha256.update(piece)
    md5.update(piece)
  })
  try {
    for await (const { pieces, bytes: length, last } of parts) {
      if (last && !session) {
        const url = uploadUrl(target, { uploadType: 'media', name })
        answer = await client.call({ method: 'POST', url, headers: OCTETS, body: pieces }, signal)
      } else {
        session ??= await begin(client, target, name, signal)
        const chunk = { session, pieces, from: bytes, length, last }
        answer = await sendChunk(client, chunk, { signal, breaks })
      }
      bytes += length
    }
  } catch (error) {
    if (session) await cancel(client, session).catch(() => {})
    throw error
  }
  if (!isStored(answer, bytes, md5.digest('base64'))) {
    await client.call({ method: 'DELETE', url: urlOf(target, name), accept: [404] }, signal)
    throw unreachable('The bucket has stored other bytes than were sent; try again.')
  }
  return { bytes, sha256: sha256.digest('hex') }
}

async function begin(
  client: RemoteClient,
  target: GoogleTarget,
  name: string,
  signal: AbortSignal,
): Promise<URL> {
  const url = uploadUrl(target, { uploadType: 'resumable', name })
  const { headers } = await client.call({ method: 'POST', url, headers: OCTETS }, signal)
  const at = headers.location
  const session = at !== undefined && URL.canParse(at, target.endpoint) ? new URL(at, target.endpoint) : null
  // The token goes along: never to another host.
  if (session?.origin === new URL(target.endpoint).origin) return session
  throw unreachable('The service began no upload; check that it is Google’s Cloud Storage.')
}

/** Google answers 499 to that; an upload that nobody cancels is dropped after a week. */
async function cancel(client: RemoteClient, url: URL): Promise<void> {
  await client.call({ method: 'DELETE', url, accept: [404, 410, 499], once: true })
}

interface Chunk {
  readonly session: URL
  readonly pieces: readonly Buffer[]
  readonly from: number
  readonly length: number
  readonly last: boolean
}

/** Sends a chunk; when that breaks, what Google does not have of it. Answers what it said to the last byte. */
async function sendChunk(
  client: RemoteClient,
  { session: url, pieces, from, length, last }: Chunk,
  { signal, breaks }: Required<PutOptions>,
): Promise<RemoteAnswer> {
  const end = from + length
  const total = last ? String(end) : '*'
  let at = from
  for (let broken = 0; ; broken++) {
    const range = at === end ? `bytes */${total}` : `bytes ${at}-${end - 1}/${total}`
    const body = cut(pieces, at - from)
    const headers = { 'content-range': range }
    try {
      const answer = await client.call(
        { method: 'PUT', url, headers, body, accept: [RESUME], once: true },
        signal,
      )
      if (answer.status !== RESUME) return answer
      at = heldBy(answer)
    } catch (error) {
      if (signal.aborted || broken >= breaks || !isAway(error)) throw error
      await delay(retryDelay(broken), undefined, { signal }).catch(() => signal.throwIfAborted())
      const asked = { 'content-range': `bytes */${total}` }
      const answer = await client.call({ method: 'PUT', url, headers: asked, accept: [RESUME] }, signal)
      if (answer.status !== RESUME) return answer
      at = heldBy(answer)
    }
    if (at < from || at > end) throw unreachable('The service has lost a part of the upload; try again.')
    if (at === end && !last) return { status: RESUME, headers: {}, body: '' }
    if (broken >= breaks) throw unreachable('The service does not take the whole of the upload; try again.')
  }
}

/** How many bytes of the upload Google has. */
const heldBy = ({ headers }: RemoteAnswer): number => {
  const last = /^bytes=0-(\d+)$/.exec(String(headers.range ?? ''))?.[1]
  return last === undefined ? 0 : Number(last) + 1
}

/** The pieces behind their first `skip` bytes. */
function cut(pieces: readonly Buffer[], skip: number): Buffer[] {
  let left = skip
  return pieces.flatMap((piece) => {
    const rest = piece.subarray(Math.min(left, piece.length))
    left -= piece.length - rest.length
    return rest.length === 0 ? [] : [rest]
  })
}

function isStored(answer: RemoteAnswer | undefined, bytes: number, md5: string): boolean {
  try {
    const stored: { size?: unknown; md5Hash?: unknown } = JSON.parse(answer?.body ?? '')
    return Number(stored.size) === bytes && stored.md5Hash === md5
  } catch {
    return false
  }
}
