import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const NAME = 'croft_claim'
const SECONDS = 600

const ClaimState = Type.Object({
  projectId: Type.String(),
  state: Type.String({ minLength: 43 }),
  verifier: Type.String({ minLength: 43 }),
})
/** What the browser keeps between asking for consent and coming back. */
export type ClaimState = Static<typeof ClaimState>
const check = Compile(ClaimState)

const random = () => randomBytes(32).toString('base64url')

export function newClaim(projectId: string): ClaimState {
  return { projectId, state: random(), verifier: random() }
}

export function challengeOf({ verifier }: ClaimState): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

export function setClaim(reply: FastifyReply, origin: string, claim: ClaimState): void {
  reply.setCookie(NAME, Buffer.from(JSON.stringify(claim)).toString('base64url'), {
    path: '/claim',
    httpOnly: true,
    // Lax, since the way back from the consent page is a navigation that must carry it.
    sameSite: 'lax',
    secure: origin.startsWith('https:'),
    maxAge: SECONDS,
  })
}

/** The claim that this browser began, or null. It is good for one return. */
export function takeClaim(request: FastifyRequest, reply: FastifyReply): ClaimState | null {
  const text = request.cookies[NAME]
  if (text === undefined) return null
  reply.clearCookie(NAME, { path: '/claim' })
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return check.Check(value) ? value : null
  } catch {
    return null
  }
}
