import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import type { Management } from './management.ts'
import type { ServerLog } from './server-log.ts'

const longestPauseMs = 250

/**
 * Has the server write all its data as of one moment after the call to its snapshot file. One at a time. Throws
 * `AgentFault`, and the reason of `signal`; a save under way goes on then.
 */
export async function takeSnapshot(
  management: Management,
  log: ServerLog,
  signal: AbortSignal,
): Promise<void> {
  // While it rewrites its changes, it cannot save beside.
  for (let pause = 5; !(await begin(management)); pause = longer(pause))
    await delay(pause, undefined, { signal })
  for (let pause = 2; ; pause = longer(pause)) {
    signal.throwIfAborted()
    const info = await management.info('persistence')
    if (info.get('rdb_bgsave_in_progress') === '0') {
      // That of the save that has begun above, for nobody else begins one.
      if (info.get('rdb_last_bgsave_status') === 'ok') return
      const said = log.tail().map(({ text }) => text)
      const cause = new Error(said.join('\n'))
      if (said.some(saysDiskFull)) throw diskFull(cause)
      throw new AgentFault('internal', 'Redis could not write a copy of its data; its log has the reason.', {
        cause,
      })
    }
    await delay(pause, undefined, { signal })
  }
}

async function begin(management: Management): Promise<boolean> {
  try {
    await management.command('BGSAVE')
    return true
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (/in progress|AOF|child process/i.test(error.message)) return false
    if (!/Background save error|fork/i.test(error.message)) throw error
    const message = 'This host has not enough free memory to copy the database while it serves.'
    throw new AgentFault('internal', message, { cause: error })
  }
}

const longer = (pauseMs: number) => Math.min(pauseMs * 2, longestPauseMs)
