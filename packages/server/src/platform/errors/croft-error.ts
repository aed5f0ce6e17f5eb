import type { ErrorCode } from './codes.ts'

export interface ErrorDetails {
  /** What the caller can do about it, one sentence. */
  readonly hint?: string
  /** Fields at fault, for input errors: a JSON pointer and what is wrong there. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[]
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number
  /** For the log only. */
  readonly cause?: unknown
}

/** A failure with a code. `message` and `hint` are public; `cause` never leaves the process. */
export class CroftError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly fields: ErrorDetails['fields']
  readonly retryAfter: number | undefined
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CroftError'
    this.code = code
    this.hint = details.hint
    this.fields = details.fields
    this.retryAfter = details.retryAfter
  }
}
