import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** What changes without anybody changing the thing, or is another for each caller. */
const PASSING = new Set([
  ...['power', 'state', 'stateMessage', 'progress', 'lastUsedAt', 'lastSeenAt', 'value'],
  ...['recovery', 'warnings', 'verification', 'restorable', 'probedAt', 'databases'],
])

/** The version of a thing as our API shows it: changes with whatever a client could set. */
export function entityTag(body: unknown): string {
  const text = JSON.stringify(body, (key, value: unknown) => (PASSING.has(key) ? undefined : value))
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
}

/** Whether a list of tags, as `If-Match` and `If-None-Match` have it, names this one. `*` names any. */
function names(header: string, tag: string): boolean {
  if (header.trim() === '*') return true
  // Weak ones are compared by what they name.
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
}

/** Writes at a time that hold a lock and its connection while their handler asks for another one. */
const MOST_LOCKED = 3

export interface EntityTagOptions {
  readonly db: Db
  /** Shows the thing that a request is about, as its GET does; null when it has none. */
  readonly show: (request: FastifyRequest, reply: FastifyReply) => (() => Promise<unknown>) | null
}

/**
 * `ETag` on every single thing, `If-None-Match` on reading it, `If-Match` on changing and deleting it: of two that read the
 * same version only one may change it, the other gets `changed-meanwhile`. The look and the change are one step to all
 * who send `If-Match`, on any server: they queue by the thing's path.
 */
export function useEntityTags(scope: FastifyInstance, { db, show }: EntityTagOptions): void {
  scope.addHook('preSerialization', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || !show(request, reply)) return payload
    const tag = entityTag(payload)
    void reply.header('etag', tag)
    const known = request.headers['if-none-match']
    if (known === undefined || !names(known, tag)) return payload
    void reply.code(304)
    return null
  })

  let free = MOST_LOCKED
  const waiting: (() => void)[] = []
  const releases = new WeakMap<FastifyRequest, () => void>()
  /** Those that are answered, or whose client has gone: what they get afterwards nobody would take from them. */
  const over = new WeakSet<FastifyRequest>()

  async function takePlace(): Promise<void> {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  /** To the next who waits, without it being free in between. */
  function passPlace(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  /** Holds the lock of a path until it is released; the transaction does nothing else. False: the client has gone. */
  async function hold(request: FastifyRequest, path: string): Promise<boolean> {
    await takePlace()
    if (over.has(request)) {
      passPlace()
      return false
    }
    const done = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    void db
      .transaction()
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${path}, 0))`.execute(tx)
        held.resolve()
        await done.promise
      })
      .catch((error: unknown) => held.reject(error))
      .finally(passPlace)
    releases.set(request, done.resolve)
    await held.promise
    return !over.has(request)
  }
  function release(request: FastifyRequest): void {
    over.add(request)
    releases.get(request)?.()
    releases.delete(request)
  }

  scope.addHook('preHandler', async (request, reply) => {
    const wanted = request.headers['if-match']
    if (wanted === undefined || request.method === 'GET') return
    const shown = show(request, reply)
    if (!shown) {
      throw new CroftError(
        'invalid-input',
        'If-Match is for changing or deleting one thing that can be read.',
      )
    }
    // When its client leaves there is no `onResponse`; and no `onRequestAbort` either, once the body is read.
    reply.raw.once('close', () => release(request))
    if (reply.raw.closed) release(request)
    const [path = ''] = request.url.split('?')
    if (!(await hold(request, path))) {
      throw new CroftError('changed-meanwhile', 'Nothing is changed for a client that has gone.')
    }
    if (names(wanted, entityTag(await shown()))) return
    throw new CroftError('changed-meanwhile', 'It has changed since it was read.', {
      hint: 'Read it again, and send the ETag of that answer.',
    })
  })
  scope.addHook('onResponse', async (request) => release(request))
}
