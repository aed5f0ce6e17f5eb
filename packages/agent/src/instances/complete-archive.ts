import { AgentFault } from '../fault.ts'
import type { Body } from './body.ts'
import { holdInstance } from './hold-instance.ts'
import type { Idle } from './reconcile.ts'

/** After the start of an agent, clients' own wake-ups go first, in ms. */
const QUIET_MS = 3000
/** What is left to archive is little; a target that takes longer does not answer, in ms. */
const COMPLETE_MS = 30_000

export interface CompleteStep {
  readonly do: 'complete'
}

/** Whether a server has to be woken because what it wrote last is not archived. */
export function planCompletion(body: Body, retryAt: number, bornAt: number): CompleteStep | Idle {
  const { current, state } = body
  const isOver = body.gone || body.unknown || body.closing || state.desired.presence === 'absent'
  if (isOver || body.switching || current?.state !== 'asleep' || !body.archive.incomplete)
    return { do: 'nothing' }
  const due = Math.max(retryAt, bornAt + QUIET_MS, current.retryAt)
  return body.host.clock.now() >= due ? { do: 'complete' } : { do: 'wait', until: due }
}

/** Wakes the server, archives what is left, and lets it sleep again. Throws `AgentFault`. */
export async function completeArchive(body: Body): Promise<void> {
  const { host } = body
  await host.archives.completions.run(async () => {
    const { current, state } = body
    // A client may have woken it while others were completed.
    if (body.closing || current?.state !== 'asleep' || !body.archive.incomplete || !state.desired.archive)
      return
    // A server that cannot complete its archive would only stay awake.
    await host.archives.reach(state.desired.archive.target)
    const signal = AbortSignal.timeout(COMPLETE_MS)
    try {
      const { release } = await holdInstance(body, 'work', signal)
      try {
        await body.archive.flush(signal)
      } finally {
        release()
      }
    } catch (cause) {
      if (!signal.aborted) throw cause
      throw new AgentFault('target-unreachable', 'The last changes could not be archived in time.', { cause })
    }
    const { lastUsed } = current
    const isUnused = () => current.lastUsed === lastUsed && host.sessions.traffic(body.id).sessions === 0
    await current.sleep(isUnused)
  })
}
