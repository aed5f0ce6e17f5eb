import { AgentFault } from '../fault.ts'
import type { Body } from './body.ts'
import { type Hold, PowerClosed } from './power.ts'

/**
 * Wakes the server that serves and holds it. Waits while the first epoch is made, and over the moment in which
 * a restored one takes its place. Throws `AgentFault`, or the signal's reason.
 */
export async function holdInstance(body: Body, kind: 'session' | 'work', signal: AbortSignal): Promise<Hold> {
  for (;;) {
    signal.throwIfAborted()
    const { current: power, state } = body
    if (isOver(body)) throw new AgentFault('instance-unknown', 'This agent does not serve the database.')
    if (power && !body.switching) {
      try {
        return await power.hold(kind, signal)
      } catch (error) {
        if (!(error instanceof PowerClosed)) throw error
        if (power !== body.current || isOver(body)) continue
      }
    } else if (!power && state.failed && state.failed.epoch >= state.desired.epoch) {
      throw new AgentFault('source-unavailable', 'The database could not be made.')
    }
    await body.nextTurn(signal)
  }
}

function isOver(body: Body): boolean {
  return body.gone || body.unknown || body.closing || body.state.desired.presence === 'absent'
}
