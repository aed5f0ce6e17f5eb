import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../../fault.ts'
import type { Management } from './management.ts'

/** Redis calls a script long after five seconds; it may go on for so long when a credential is to be changed. */
const patienceMs = 2000
const askEveryMs = 100

/**
 * Sends commands that a tenant's script must not hold up, as that of a credential which is just taken away may try. A
 * long script is ended; one that has written can only go with its server, and then `kill` is called and an `AgentFault`
 * `server-crashed` thrown. Nothing of its writes was acknowledged or kept.
 */
export function pastScripts(management: Management, kill: () => Promise<void>): Pick<Management, 'command'> {
  const end = async () => {
    for (const kind of ['SCRIPT', 'FUNCTION']) {
      const refused = await management.command(kind, 'KILL').then(
        () => '',
        (error: unknown) => messageOf(error),
      )
      if (!refused.startsWith('UNKILLABLE')) continue
      await kill()
      const message = 'A script that had written was ended with its server, to change credentials.'
      throw new AgentFault('server-crashed', message)
    }
  }
  return {
    async command(name, ...args) {
      for (let until = 0; ; ) {
        try {
          return await management.command(name, ...args)
        } catch (error) {
          if (!messageOf(error).startsWith('BUSY ')) throw error
          until ||= performance.now() + patienceMs
        }
        if (performance.now() > until) await end()
        await delay(askEveryMs)
      }
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
