import { CroftError } from '../../platform/errors/index.ts'

const LONGEST = 255

/** A name that people gave, trimmed. Throws `invalid-input` when it is empty, long or has control characters. */
export function checkName(name: string, path = '/name', longest = LONGEST): string {
  const trimmed = name.trim()
  const fault =
    trimmed === ''
      ? 'must not be empty'
      : trimmed.length > longest
        ? `must have at most ${longest} characters`
        : /\p{Cc}/u.test(trimmed)
          ? 'must not have control characters'
          : null
  if (fault === null) return trimmed
  throw new CroftError('invalid-input', `The name ${fault}.`, { fields: [{ path, message: fault }] })
}
