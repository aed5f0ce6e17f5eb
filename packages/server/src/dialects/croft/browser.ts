import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearSession, sessionOf, setSession } from '../page/cookies.ts'

/** The client of a request, when that is a browser, and its session. */
export interface Browser {
  readonly userAgent: string | undefined
  /** What links for people begin with. */
  readonly origin: string
  /** The secret of the session's cookie, of whoever it may be. */
  readonly session: string | undefined
  /** Gives the browser the cookie of a session that begins. */
  start(session: string): void
  /** Takes the cookie away. */
  end(): void
}

export function browserOf(request: FastifyRequest, reply: FastifyReply, origin: string): Browser {
  return {
    userAgent: request.headers['user-agent'],
    origin,
    session: sessionOf(request),
    start: (session) => setSession(reply, origin, session),
    end: () => clearSession(reply, origin),
  }
}
