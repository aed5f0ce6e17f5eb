import { type Static, Type } from 'typebox'
import type { Access, Call, Session as DomainSession, People } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { csrfTokenOf } from '../../page/cookies.ts'
import type { Browser } from '../browser.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { CurrentSession, Login, Session } from '../schemas/people.ts'
import { presentUser } from './users.ts'

const tag = 'Sessions'

const presentSession = (session: DomainSession): Static<typeof Session> => ({
  ...session,
  createdAt: session.createdAt.toISOString(),
  lastSeenAt: session.lastSeenAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
})

async function presentCurrent(people: People, call: Call, secret: string | undefined) {
  const session = await people.getSession(call)
  return {
    ...presentSession(session),
    user: presentUser(await people.getUser(call, call.principal.id)),
    // A session without its secret is not to be had: the cookie is how it was found.
    csrfToken: csrfTokenOf(secret ?? ''),
  }
}

/** Gives the browser its cookie and answers the session that has just begun. */
export async function answerSession(
  { access, people }: { access: Access; people: People },
  browser: Browser,
  secret: string,
  requestId: string,
) {
  const principal = await access.authenticateSession(secret)
  if (!principal) throw new CroftError('not-authenticated', 'The session was ended meanwhile.')
  browser.start(secret)
  return await presentCurrent(people, { principal, requestId }, secret)
}

export const logIn = operation({
  tag,
  summary: 'Log in',
  description:
    'Sets the cookie of a session, which ends after 12 hours, or after two in which nobody used it. `second-factor-required`: send the same with `code`.',
  body: Login,
  status: 201,
  response: CurrentSession,
  async handle({ call: { requestId }, body, address, browser }, deps) {
    const { userAgent } = browser
    const secret = await deps.access.login({ ...body, address, userAgent, requestId })
    return answerSession(deps, browser, secret, requestId)
  },
})

export const getSession = operation({
  tag,
  summary: 'Get the session that asks',
  status: 200,
  response: CurrentSession,
  async handle({ call, browser }, { people }) {
    return presentCurrent(people, call, browser.session)
  },
})

export const logOut = operation({
  tag,
  summary: 'Log out',
  description: 'Ends the session that asks, or the user’s API key that it is asked with.',
  status: 204,
  async handle({ call, browser }, { access, people }) {
    if (await access.endOwnKey(call)) return
    // Whose cookie it is was asked by now; a token that comes here ends nothing.
    await people.getSession(call)
    if (browser.session !== undefined) await access.logout(call, browser.session)
    browser.end()
  },
})

export const listSessions = operation({
  tag,
  summary: 'List the own sessions',
  description: 'Newest first.',
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(Session),
  async handle({ call, query }, { people }) {
    return presentPage(await people.listSessions(call, { page: readPage(query) }), presentSession)
  },
})

export const endSession = operation({
  tag,
  summary: 'End one of the own sessions',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { people }) {
    await people.endSession(call, readId('session', params.id))
  },
})

export const endOtherSessions = operation({
  tag,
  summary: 'End all of the own sessions but the one that asks',
  status: 204,
  async handle({ call }, { people }) {
    await people.endOtherSessions(call)
  },
})
