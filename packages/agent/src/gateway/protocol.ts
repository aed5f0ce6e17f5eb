import type { Socket } from 'node:net'
import type { Endpoint } from '../engines/engine.ts'
import type { TlsSource } from '../tls/tls-source.ts'
import type { Refusal } from './refusal.ts'

/** A client's connection; `stream` changes when TLS begins. */
export interface Connection {
  stream: Socket
}

/** What a gateway has to know of an engine's wire protocol. */
export interface Protocol {
  /** The engine whose servers speak it. */
  readonly engine: string
  /** A failed login leaves the connection open for another try. */
  readonly triesAgain: boolean
  /** Begins with one client, who has said nothing yet. */
  meet(connection: Connection, tls: TlsSource): Visitor
}

/** A client that has no server yet. */
export interface Visitor {
  /**
   * Talks with the client until it has said who it is; null when it wanted something else, and has it. The stream
   * is paused then. Rejects with `Refusal`, `ClientGone`, or the signal's reason.
   */
  negotiate(signal: AbortSignal): Promise<Opening | null>
  /** A refusal as the client understands it at this point. */
  say(refusal: Refusal): Buffer
}

/** A client that has said who it is. */
export interface Opening {
  /** Undefined when it gave none, and means the only login there is. */
  readonly user: string | undefined
  /**
   * Makes the server and the client agree on a login, or hands both over for that. Both streams are paused; what is
   * read too much goes back into them.
   */
  login(pair: LoginPair): Promise<Login>
}

export interface LoginPair {
  readonly client: Socket
  readonly server: Socket
  readonly user: string
  readonly endpoint: Endpoint
  readonly signal: AbortSignal
  /** For a login that goes on after the streams are joined. */
  readonly onOutcome: (outcome: LoginOutcome) => void
}

export type LoginOutcome = 'ready' | 'refused'

export type Login =
  /** From here on bytes are copied. */
  | { readonly framing: Framing }
  /** The server's answer, which the client has not read yet. */
  | { readonly refused: Buffer; readonly wrongPassword: boolean }

/** Follows the messages of one session, to know where one of ours may go between. */
export interface Framing {
  fromClient(chunk: Buffer): void
  /** Returns how many bytes it took: with `toBoundary`, those up to the first end of a message. */
  fromServer(chunk: Buffer, toBoundary: boolean): number
  /** No message of the server is half sent. */
  atBoundary(): boolean
  /** A statement runs, or a transaction is open. */
  busy(): boolean
  /** One side has said that it goes: then the server's close is no news. */
  leaving(): boolean
  say(refusal: Refusal): Buffer
  /** The session is ended in the middle of a statement, which would otherwise run on. */
  cancel?(): void
  /** The session is over. */
  close?(): void
}
