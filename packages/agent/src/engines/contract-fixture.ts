import type { Resources, Role } from '@croft/protocol'
import type { Endpoint } from './engine.ts'

/** A client's session, in the few words that every engine has an equivalent of. */
export interface ContractSession {
  /** Stores a value so that it survives a crash. */
  write(value: string): Promise<void>
  /** All stored values, in any order; none before the first write. */
  read(): Promise<string[]>
  /** Stores a value as `write` does, but no sooner than the result is called. */
  writeLater(value: string): Promise<() => Promise<void>>
  /** Leaves a statement running or a transaction open. */
  beBusy(): Promise<void>
  /** Resolves when the server has ended the session. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** What the contract suite needs to know of an engine. */
export interface ContractFixture {
  readonly name: string
  readonly versions: readonly string[]
  readonly resources: Resources
  /** Settings the engine has to refuse. */
  readonly refused: Resources
  role(name: string, password: string): Role
  /** Logs in as a client does. Rejects when the server refuses. */
  connect(endpoint: Endpoint, name: string, password: string): Promise<ContractSession>
}
