import type { ErrorCode } from './codes.ts'

/** What a caller may not do, in parts: some APIs answer with them. */
export interface Refusal {
  readonly action: string
  /** The kind of thing, e.g. `workspaces`. */
  readonly subjectType: string
  /** What rules may ask of the thing. */
  readonly subject: Readonly<Record<string, unknown>>
  /** Of the rule that forbids it; null when none does, or it gives none. */
  readonly reason: string | null
}

export interface ErrorDetails {
  /** What the caller can do about it, one sentence. */
  readonly hint?: string
  /** Fields at fault, for input errors: a JSON pointer and what is wrong there. */
  readonly fields?: readonly {
    readonly path: string
    readonly message: string
    /** The rule of the schema that does not hold, e.g. `required`; for APIs that tell it. */
    readonly keyword?: string
  }[]
  /** Of `forbidden`. */
  readonly refusal?: Refusal
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
  readonly refusal: Refusal | undefined
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CroftError'
    this.code = code
    this.hint = details.hint
    this.fields = details.fields
    this.retryAfter = details.retryAfter
    this.refusal = details.refusal
  }
}
