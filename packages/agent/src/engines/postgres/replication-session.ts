import type { AgentFault } from '../../fault.ts'
import {
  openReplication,
  type ReplicationConnection,
  type ReplicationOptions,
} from './replication-connection.ts'

/** A row of a replication command's result, as text. */
export type ReplicationRow = readonly (string | null)[]

export interface ReplicationSession {
  readonly connection: ReplicationConnection
  /** Sends a command and gives its rows. Rejects with the fault of the connection. */
  run(command: string): Promise<ReplicationRow[]>
  /** Sends a command after which both sides send data, and passes on what comes from then on. */
  copyBoth(command: string, copy: CopyListener): void
  close(): void
}

export interface CopyListener {
  message(kind: string, body: Buffer): void
  /** The server has said that it was all. */
  ended(): void
  failed(fault: AgentFault): void
}

/** A replication connection for several commands, one after the other. Rejects with an `AgentFault`. */
export async function openReplicationSession(
  socketPath: string,
  user: string,
  options: ReplicationOptions,
): Promise<ReplicationSession> {
  let copy: CopyListener | undefined
  let waiting: PromiseWithResolvers<ReplicationRow[]> | undefined
  let broken: AgentFault | undefined
  let rows: ReplicationRow[] = []

  const fail = (fault: AgentFault) => {
    broken = fault
    waiting?.reject(fault)
    copy?.failed(fault)
  }
  const listener = {
    message(type: string, body: Buffer) {
      if (copy) {
        if (type === 'C') copy.ended()
      } else if (type === 'D') rows.push(rowOf(body))
      else if (type === 'Z') waiting?.resolve(rows)
    },
    copyMessage: (kind: string, body: Buffer) => copy?.message(kind, body),
    copyData() {
      throw new Error('a stream of changes has no data of a copy')
    },
  }
  const connection = await openReplication(socketPath, user, listener, fail, options)
  return {
    connection,
    run(command) {
      if (broken) return Promise.reject(broken)
      waiting = Promise.withResolvers()
      rows = []
      connection.query(command)
      return waiting.promise
    },
    copyBoth(command, wanted) {
      copy = wanted
      if (broken) wanted.failed(broken)
      else connection.query(command)
    },
    close: () => connection.close(),
  }
}

/** DataRow: a count, then a length and so many bytes for each column; a length of -1 is null. */
export function rowOf(body: Buffer): ReplicationRow {
  const row: (string | null)[] = []
  let at = 2
  for (let column = body.readUInt16BE(0); column > 0; column--) {
    const length = body.readInt32BE(at)
    at += 4
    row.push(length < 0 ? null : body.toString('utf8', at, at + length))
    at += Math.max(length, 0)
  }
  return row
}
