import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../db/connect.ts'
import { CroftError } from '../errors/index.ts'
import { type Sealer, sealedContext } from '../secrets/index.ts'
import {
  claimKey,
  freeKey,
  type KeyName,
  type Lock,
  renewKey,
  type StoredAnswer,
  storeAnswer,
} from './idempotency-store.ts'
import { pathOf } from './path-of.ts'

export { purgeIdempotencyKeys } from './idempotency-store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The id for what a request with an Idempotency-Key makes, the same for its repeats; null without one. */
    resourceId: string | null
  }
}

export interface IdempotencyOptions {
  readonly db: Db
  readonly sealer: Sealer
  /** Whose key it is, so that the keys of two callers do not meet. Null: this request has no idempotency. */
  principalOf(request: FastifyRequest): string | null
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/
// Nothing was done, and the next try may be answered otherwise: with other rights, or a moment later.
const NOT_KEPT = new Set([401, 403, 429])
const KEPT_HEADERS = ['content-type', 'location']
const RENEW_EVERY_MS = 5000
// A handler that takes longer than this has hung; its key is left to the next try.
const RENEW_AT_MOST = 120

interface Held {
  readonly name: KeyName
  lock: Lock | undefined
  readonly timer: NodeJS.Timeout
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && VISIBLE_ASCII.test(key)) return key
  throw new CroftError('invalid-input', 'Idempotency-Key must be 1 to 255 visible ASCII characters.', {
    fields: [{ path: '/headers/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' }],
  })
}

function bodyHash({ body }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest()
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name)
    if (typeof value === 'string') kept[name] = value
  }
  return kept
}

/**
 * Idempotency-Key on the POSTs of a scope; register after its authentication. The first request with a key runs;
 * later ones get its answer for 24 h, with `idempotency-replayed: true`. While the first runs they get
 * `idempotency-in-flight`, with another body `idempotency-mismatch`. Answers of 5xx, 429 and refusals, and streams, are not
 * kept: the same request may be tried again, and learns by `request.resourceId` what an earlier try has made.
 */
export function useIdempotency(
  scope: FastifyInstance,
  { db, sealer, principalOf }: IdempotencyOptions,
): void {
  const held = new WeakMap<FastifyRequest, Held>()
  const context = ({ scope, key }: KeyName): string => sealedContext('idempotency_keys', 'body', scope, key)

  function hold(request: FastifyRequest, name: KeyName, lock: Lock): void {
    let renewals = 0
    const timer = setInterval(() => {
      if (mine.lock === undefined || ++renewals > RENEW_AT_MOST) return clearInterval(timer)
      renewKey(db, name, mine.lock).then(
        (renewed) => {
          mine.lock = renewed
        },
        (error) => request.log.warn({ err: error }, 'an idempotency key could not be renewed'),
      )
    }, RENEW_EVERY_MS).unref()
    const mine: Held = { name, lock, timer }
    held.set(request, mine)
  }

  function replay(reply: FastifyReply, name: KeyName, { status, headers, body }: StoredAnswer): FastifyReply {
    void reply.code(status).headers(headers).header('idempotency-replayed', 'true')
    return body === null ? reply.send() : reply.send(sealer.open(body, context(name)))
  }

  scope.decorateRequest('resourceId', null)
  scope.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return
    const key = keyOf(request)
    const principal = key === undefined ? null : principalOf(request)
    if (key === undefined || principal === null) return
    const name = { scope: `${principal} POST ${pathOf(request.url)}`, key }
    const claim = await claimKey(db, name, bodyHash(request))
    switch (claim.type) {
      case 'ours':
        request.resourceId = claim.resourceId
        return hold(request, name, claim.lock)
      case 'answered':
        return replay(reply, name, claim.answer)
      case 'in-flight':
        throw new CroftError(
          'idempotency-in-flight',
          'A request with this Idempotency-Key is still running.',
          {
            retryAfter: 1,
          },
        )
      case 'other-body':
        throw new CroftError(
          'idempotency-mismatch',
          'This Idempotency-Key was used for a request with another body; use a new key.',
        )
    }
  })

  async function settle({ name, lock }: Held, reply: FastifyReply, payload: unknown): Promise<void> {
    if (lock === undefined) return
    const body = payload ?? null
    const keep = reply.statusCode < 500 && !NOT_KEPT.has(reply.statusCode)
    if (keep && (body === null || typeof body === 'string')) {
      await storeAnswer(db, name, lock, {
        status: reply.statusCode,
        headers: keptHeaders(reply),
        body: body === null ? null : sealer.seal(body, context(name)),
      })
    } else await freeKey(db, name, lock)
  }

  scope.addHook('onSend', async (request, reply, payload) => {
    const mine = held.get(request)
    if (!mine) return payload
    held.delete(request)
    clearInterval(mine.timer)
    try {
      await settle(mine, reply, payload)
    } catch (error) {
      // What was asked for is done: the caller gets its answer, and the key is free after a moment.
      request.log.error({ err: error }, 'an answer could not be kept for its idempotency key')
    }
    return payload
  })
}
