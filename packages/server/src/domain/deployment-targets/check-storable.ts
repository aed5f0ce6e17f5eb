import { CroftError } from '../../platform/errors/index.ts'
import { isStorable } from '../storable.ts'

/** Throws `invalid-input` for what agents report and PostgreSQL cannot keep. */
export function checkStorable(path: string, reported: unknown): void {
  if (isStorable(reported)) return
  const message = 'must have no text with NUL or half of a surrogate pair'
  throw new CroftError('invalid-input', `The report is not valid: ${path} ${message}.`, {
    fields: [{ path, message }],
  })
}
