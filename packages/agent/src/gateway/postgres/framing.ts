import type { Framing } from '../protocol.ts'
import { errorResponse } from './error-response.ts'
import { createMessageTracker } from './message-tracker.ts'

const ERROR_RESPONSE = 0x45
const READY_FOR_QUERY = 0x5a
const IDLE = 0x49
const TERMINATE = 0x58

/** Follows a PostgreSQL session. `onServerChunk` sees what the server says until it returns true. */
export function createPostgresFraming(
  onServerChunk: (chunk: Buffer) => boolean,
  ends: { cancel(): void; close(): void },
): Framing {
  const tracker = createMessageTracker()
  /** Bytes came from the client since the server last said that it is idle. */
  let busy = true
  /** The client said Terminate. */
  let leaving = false
  let watched = false

  return {
    fromClient(chunk) {
      const size = chunk.length
      busy = true
      leaving = chunk[size - 1] === 4 && chunk[size - 5] === TERMINATE
    },
    fromServer(chunk, toBoundary) {
      if (!watched) watched = onServerChunk(chunk)
      const taken = tracker.push(chunk, toBoundary)
      if (chunk[taken - 1] === IDLE && tracker.lastType() === READY_FOR_QUERY && tracker.atBoundary()) {
        busy = false
      }
      return taken
    },
    atBoundary: tracker.atBoundary,
    busy: () => busy,
    leaving: () => leaving || tracker.lastType() === ERROR_RESPONSE,
    say: errorResponse,
    ...ends,
  }
}
