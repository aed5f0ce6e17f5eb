import type { FastifyRequest } from 'fastify'
import type { Access, Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { readCredentials, requirePrincipal } from '../read-credentials.ts'

/** As `requirePrincipal`, but a user's API key that was deleted is `forbidden`: the official suite tells it so from one switched off. */
export async function requireCaller(
  access: Pick<Access, 'authenticateRequest' | 'wasKeyDeleted'>,
  request: FastifyRequest,
): Promise<Principal> {
  try {
    return await requirePrincipal(access, request)
  } catch (error) {
    const { bearer } = readCredentials(request)
    if (!(error instanceof CroftError) || error.code !== 'not-authenticated' || bearer === undefined)
      throw error
    if (!(await access.wasKeyDeleted(bearer))) throw error
    throw new CroftError('forbidden', 'The API key was deleted.', { hint: 'Make another one.', cause: error })
  }
}
