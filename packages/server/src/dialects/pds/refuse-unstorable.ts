import { isStorable } from '../../domain/storable.ts'
import { CroftError } from '../../platform/errors/index.ts'

const FAULT = 'must have no NUL and no half of a surrogate pair in its texts'

/** Throws `invalid-input` for texts that no database keeps, so that no statement fails by them. */
export function refuseUnstorable(request: {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}): void {
  const parts = [
    ['path', request.params],
    ['query', request.query],
    ['body', request.body],
  ] as const
  for (const [part, value] of parts) {
    if (isStorable(value)) continue
    throw new CroftError('invalid-input', `The ${part} of the request ${FAULT}.`, {
      fields: [{ path: `/${part}`, message: FAULT }],
    })
  }
}
