import type { FastifyInstance } from 'fastify'
import type { Access } from '../../domain/access/index.ts'
import { refuseForeign, SAFE } from '../page/refuse-foreign.ts'
import { authenticate, refuseForgery } from './authenticate.ts'
import type { OriginOf } from './deps.ts'
import { type AnyMethod, allowOf, METHODS } from './endpoint.ts'
import { negotiate } from './negotiate.ts'
import { isForm, type RawBody, readBody } from './read-body.ts'
import { type RequestState, stateOf } from './request-state.ts'

const KNOWN: readonly AnyMethod[] = [...METHODS, 'HEAD', 'OPTIONS']

/** With the policy of other answers, forms would not say from which origin they come. */
const HEADERS = {
  vary: 'Accept, Cookie',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'same-origin',
}

/** What a POST means by `_method` in a form, or by `X-HTTP-Method-Override`. */
function overrideOf(state: RequestState, header: unknown): string | undefined {
  const field = state.given?._method
  const asked = typeof field === 'string' && field !== '' ? field : header
  return typeof asked === 'string' && asked !== '' ? asked.toUpperCase() : undefined
}

/** Bodies are kept as they came, and read when it is their turn in the order of checks. */
function keepBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers()
  api.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    const body: RawBody = { type: request.headers['content-type'] ?? '', bytes: Buffer.from(bytes) }
    done(null, body)
  })
}

/** Finds out, before any operation runs, in which form to answer, who asks and what is meant. */
export function prepareRequests(
  api: FastifyInstance,
  { access, originOf }: { readonly access: Access; readonly originOf: OriginOf },
): void {
  keepBodies(api)
  api.addHook('onRequest', async (request, reply) => {
    const state = stateOf(request)
    void reply.headers(HEADERS)
    // A path without its slash: whoever asks is sent on.
    if (state.endpoint === null) return
    void reply.header('allow', allowOf(state.endpoint).join(', '))
    const { format } = request.query as { readonly format?: string | readonly string[] }
    state.media = negotiate(request.headers.accept, typeof format === 'object' ? format.at(-1) : format)
    state.caller = await authenticate(access, request)
    // Browsers send a password that they were once given, and cookies, whatever page asks.
    refuseForeign(request, originOf(request))
  })
  api.addHook('preHandler', async (request) => {
    const state = stateOf(request)
    if (state.caller === null) return
    state.body = (request.body as RawBody | undefined) ?? null
    if (request.method === 'POST') {
      // Only forms say it in their body. One that is empty has no fields, whatever its type promises.
      if (state.body !== null && isForm(state.body.type)) state.given = await readBody(state.body)
      const meant = overrideOf(state, request.headers['x-http-method-override'])
      // A method that there is not is refused by its own name.
      if (meant !== undefined) state.method = KNOWN.find((each) => each === meant) ?? (meant as AnyMethod)
    }
    if (!SAFE.has(request.method)) refuseForgery(request, state.caller, state.given?.csrfmiddlewaretoken)
  })
}
