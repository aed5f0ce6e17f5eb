import { AgentFault } from '../../../fault.ts'
import { type StartedServer, type StartServerOptions, startServer } from '../start-server.ts'
import { readPending, removePending, writePending } from './recovery-file.ts'
import { recoverySettings } from './recovery-settings.ts'

/**
 * Starts a server that first replays what `prepareRecovery` laid into its directory, if there is anything. It
 * answers when it has. Throws `AgentFault`: `archive-incomplete` when the changes have no such mark.
 */
export async function startRecovered(options: StartServerOptions): Promise<StartedServer> {
  const { directory, runAs, log } = options
  for (;;) {
    const pending = await readPending(directory, runAs)
    if (!pending) return startServer(options)
    try {
      const settings = { ...options.settings, ...recoverySettings(pending) }
      const started = await startServer({ ...options, settings })
      await removePending(directory)
      return started
    } catch (error) {
      const ended = error instanceof AgentFault && error.code === 'archive-incomplete'
      if (!ended || pending.until.type !== 'time' || pending.toTheEnd) throw error
      // Nothing was committed after it: the end of the changes is the state at that moment.
      log.info({ at: pending.until.at }, 'the changes end before the moment asked for; all of them count')
      await writePending(directory, { ...pending, toTheEnd: true }, runAs)
    }
  }
}
