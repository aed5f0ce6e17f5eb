import { CroftError } from '../../../platform/errors/index.ts'

/** An address that people gave, trimmed. Whether mail arrives there only mail can tell. Throws `invalid-input`. */
export function checkEmail(email: string): string {
  const trimmed = email.trim()
  if (/^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(trimmed) && trimmed.length <= 254) return trimmed
  const message = 'must be an email address of at most 254 characters'
  throw new CroftError('invalid-input', `The email ${message}.`, { fields: [{ path: '/email', message }] })
}
