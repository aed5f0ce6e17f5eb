/** Why a client is turned away, or its session ended. Every protocol has its own code for each. */
export type RefusalKind =
  | 'protocol-violation'
  | 'not-supported'
  | 'no-user'
  /** Reads the same as a wrong password. */
  | 'unknown-user'
  /** The database takes clients that use TLS only. */
  | 'tls-required'
  | 'too-many-connections'
  | 'login-timeout'
  | 'unavailable'
  /** The server closed without a word. */
  | 'server-lost'
  /** An administrator, or the agent, ended the session; the message is the reason. */
  | 'ended'

/** Ends a connection with a message the client understands. `message` and `hint` are public. */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly hint: string | undefined
  constructor(kind: RefusalKind, message: string, hint?: string) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.hint = hint
  }
}
