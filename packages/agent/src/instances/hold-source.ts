import { AgentFault } from '../fault.ts'
import type { Clock } from './clock.ts'
import type { Instance } from './instance.ts'
import type { Source } from './make-data.ts'

/** A source that is itself being made is waited for so long, in ms; two that wait for each other end so. */
const SOURCE_MS = 30_000

/** Holds the instance a copy is taken from. Throws `AgentFault` when there is none or it does not start. */
export async function holdSource(
  source: Instance | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Source> {
  if (!source) {
    throw new AgentFault('source-unavailable', 'The database to copy is not on this host.')
  }
  const late = new AbortController()
  const cancel = clock.after(SOURCE_MS, () => late.abort())
  try {
    const hold = await source.hold(AbortSignal.any([signal, late.signal]))
    return {
      version: source.version ?? source.desired.version,
      server: hold.server,
      release: hold.release,
    }
  } catch (error) {
    if (signal.aborted) throw error
    const message = 'The database to copy does not answer; try again when it is ready.'
    throw new AgentFault('source-unavailable', message, { cause: error })
  } finally {
    cancel()
  }
}
