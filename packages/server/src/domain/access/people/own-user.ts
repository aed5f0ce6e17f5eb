import { CroftError } from '../../../platform/errors/index.ts'
import type { Call } from '../principal.ts'

/**
 * The user who calls, for what concerns only the own account. Throws `forbidden` for anybody else, and for one of the
 * user's API keys: whoever finds that must not be able to lock its user out.
 */
export function ownUserId({ principal }: Call): string {
  if (principal.type === 'user' && principal.userId !== null && !principal.byOwnKey) return principal.userId
  throw new CroftError('forbidden', 'Only a user who is logged in may do this, and only for the own account.')
}
