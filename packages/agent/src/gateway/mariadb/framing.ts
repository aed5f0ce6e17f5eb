import type { Framing } from '../protocol.ts'
import { createAnswerTracker } from './answer-tracker.ts'
import { Capability, has } from './capabilities.ts'
import { errorPayload } from './error-packet.ts'
import { encodePacket } from './packet.ts'
import { createPacketTracker } from './packet-tracker.ts'

const ERROR = 0xff

/** Follows a session of the MySQL protocol after its login. */
export function createMariadbFraming(capabilities: number): Framing {
  const answers = createAnswerTracker(has(capabilities, Capability.deprecateEof))
  /** Of the packet that came last, from whichever side. */
  let sequence = 0
  let refused = false
  const commands = createPacketTracker((head) => {
    sequence = head.sequence
    answers.command(head)
  })
  const replies = createPacketTracker((head) => {
    sequence = head.sequence
    refused = head.first[0] === ERROR
    answers.answer(head)
  })
  return {
    fromClient: commands.push,
    fromServer: replies.push,
    atBoundary: replies.atBoundary,
    busy: () => answers.busy() || !commands.atBoundary(),
    leaving: () => answers.quit() || refused,
    say: (refusal) =>
      // Without a command under way it stands by itself, as MySQL's own farewell to an idle client does.
      encodePacket(answers.settled() ? 0 : sequence + 1, errorPayload(refusal, true)),
  }
}
