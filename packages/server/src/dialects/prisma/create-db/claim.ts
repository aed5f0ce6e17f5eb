import { timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { OAuthError } from '../../../domain/access/index.ts'
import type { Project } from '../../../domain/tenancy/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { sendPage } from '../../page/send-page.ts'
import { parseId } from '../ids.ts'
import { type ClaimState, challengeOf, newClaim, setClaim, takeClaim } from './claim-cookie.ts'
import type { CreateDbDeps } from './deps.ts'
import { claimedPage, failedPage, nothingPage, offerPage } from './pages.ts'
import type { CallbackQuery, ClaimQuery } from './schemas.ts'
import { temporaryCall } from './temporary-call.ts'

/** The built-in public client of migration 6. */
export const CLAIM_CLIENT_ID = 'croft-claim'
export const CLAIM_CALLBACK = '/claim/callback'

type Asked = FastifyRequest<{ Querystring: Static<typeof ClaimQuery> }>
type Returned = FastifyRequest<{ Querystring: Static<typeof CallbackQuery> }>
type Claimable = Project & { readonly expiresAt: Date }

/** The temporary project with this id; null for every other, so that ids of others cannot be probed. */
async function findClaimable(
  deps: CreateDbDeps,
  projectId: string | null,
  requestId: string,
): Promise<Claimable | null> {
  if (projectId === null) return null
  const call = await temporaryCall(deps, requestId)
  try {
    const project = await deps.tenancy.getProject(call, projectId)
    const { expiresAt } = project
    return expiresAt && expiresAt.getTime() > Date.now() ? { ...project, expiresAt } : null
  } catch (error) {
    if (error instanceof CroftError && error.code === 'project-not-found') return null
    throw error
  }
}

/** GET /claim: says what can be claimed, and until when. */
export function claimPage(deps: CreateDbDeps) {
  return async (request: Asked, reply: FastifyReply) => {
    const project = await findClaimable(deps, parseId('project', request.query.projectID), request.id)
    return sendPage(reply, project ? offerPage(project, project.expiresAt) : nothingPage())
  }
}

/** GET /claim/start: sends the user to log in and to choose the workspace. */
export function startClaim(deps: CreateDbDeps) {
  return async (request: Asked, reply: FastifyReply) => {
    const project = await findClaimable(deps, parseId('project', request.query.projectID), request.id)
    if (!project) return sendPage(reply, nothingPage())
    const origin = deps.originOf(request)
    const claim = newClaim(project.id)
    setClaim(reply, origin, claim)
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: CLAIM_CLIENT_ID,
      redirect_uri: `${origin}${CLAIM_CALLBACK}`,
      scope: 'workspace:admin',
      state: claim.state,
      code_challenge: challengeOf(claim),
      code_challenge_method: 'S256',
    })
    return reply.header('cache-control', 'no-store').redirect(`/authorize?${query}`, 302)
  }
}

function isSame(expected: string, given: string | undefined): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given ?? '')]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** GET /claim/callback: moves the project to the workspace that the user chose. */
export function finishClaim(deps: CreateDbDeps) {
  return async (request: Returned, reply: FastifyReply) => {
    const { code, state, error } = request.query
    const claim = takeClaim(request, reply)
    if (!claim || !isSame(claim.state, state)) {
      return sendPage(reply, failedPage('This browser did not begin the claim, or began it too long ago.'))
    }
    if (error !== undefined || code === undefined) {
      return sendPage(reply, failedPage('You did not allow it, so it stays where it is.'))
    }
    return sendPage(reply, await transfer(deps, claim, { code, request }))
  }
}

async function transfer(
  deps: CreateDbDeps,
  claim: ClaimState,
  { code, request }: { code: string; request: FastifyRequest },
) {
  const { access, projects, tenancy, databases } = deps
  const accessToken = await exchange(deps, claim, { code, request })
  if (accessToken === null) return failedPage('The consent has run out before it was used.')
  const call = { principal: await access.authenticate(accessToken), requestId: request.id }
  try {
    const project = await findClaimable(deps, claim.projectId, request.id)
    if (!project) return nothingPage()
    await projects.transferProject(await temporaryCall(deps, request.id), project.id, accessToken)
    const found = await databases.listDatabases(call, {
      projectId: project.id,
      page: { limit: 100, after: null },
    })
    return claimedPage(await tenancy.getProject(call, project.id), found.items)
  } catch (error) {
    if (error instanceof CroftError && error.code === 'project-not-found') return nothingPage()
    throw error
  } finally {
    // The consent was for this one move.
    await access.revokeGrant(call, { id: call.principal.id })
  }
}

async function exchange(
  { access, originOf }: CreateDbDeps,
  claim: ClaimState,
  { code, request }: { code: string; request: FastifyRequest },
): Promise<string | null> {
  const client = await access.findClient(CLAIM_CLIENT_ID)
  if (!client) throw new CroftError('internal', 'The claim page is not set up.')
  try {
    const tokens = await access.exchangeCode({
      client,
      code,
      redirectUri: `${originOf(request)}${CLAIM_CALLBACK}`,
      codeVerifier: claim.verifier,
      requestId: request.id,
    })
    return tokens.accessToken
  } catch (error) {
    if (error instanceof OAuthError) return null
    throw error
  }
}
