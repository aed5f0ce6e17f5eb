import type { Framing } from '../protocol.ts'
import { errorReply } from './error-reply.ts'
import { createRespTracker } from './resp-tracker.ts'

const ERROR = 0x2d
const QUIT = /quit\r\n$/i

/** Follows a Redis session. A transaction that is open is no statement: ending it leaves nothing half done. */
export function createRedisFraming(): Framing {
  const commands = createRespTracker()
  const replies = createRespTracker()
  let quit = false
  // Messages of a subscription are counted as replies too, and then it is never busy, which it is not.
  const busy = () => commands.count() > replies.count() || !commands.atBoundary()
  return {
    fromClient(chunk) {
      commands.push(chunk)
      quit = QUIT.test(chunk.toString('latin1', Math.max(0, chunk.length - 6)))
    },
    fromServer: replies.push,
    atBoundary: replies.atBoundary,
    busy,
    leaving: () => quit || replies.lastType() === ERROR,
    // A reply that no command waits for makes clients fail in ways of their own (node-redis ends its process).
    say: (refusal) => (busy() ? errorReply(refusal) : Buffer.alloc(0)),
  }
}
